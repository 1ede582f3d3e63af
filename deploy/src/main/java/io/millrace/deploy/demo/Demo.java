package io.millrace.deploy.demo;

import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import io.millrace.deploy.page.AlertTransition;
import io.millrace.deploy.page.LiveView;
import io.millrace.deploy.page.Summary;
import io.millrace.deploy.run.Cluster;
import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.deploy.run.MetricsEndpoint;
import io.millrace.deploy.run.PipelineView;
import io.millrace.deploy.run.RunningConnectors;
import io.millrace.deploy.run.RunningPipeline;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The demonstration: a fleet of simulated pumps in front of a pipeline like any user's, and a look at what comes out.
 * It tells what happens as it happens, and sums up at the end.
 */
public final class Demo {
    private static final String HUB = "telemetry";
    private static final int HUB_PARTITIONS = 4;
    private static final Duration UNENDING = Duration.ofHours(12);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Duration READY = Duration.ofSeconds(60);
    private static final int TICK_MS = 100;
    private static final int STATUS_EVERY_MS = 10_000;
    private static final List<String> FILES = List.of("pipeline.yaml", "pump-autoencoder.onnx");

    private final DemoOptions options;
    private final PrintWriter out;
    private final BooleanSupplier stopAsked;

    /** @param stopAsked whether somebody wants it to end */
    public Demo(DemoOptions options, PrintWriter out, BooleanSupplier stopAsked) {
        this.options = options;
        this.out = out;
        this.stopAsked = stopAsked;
    }

    /** Runs it to its end, and returns the summary. */
    public DemoReport run() throws Exception {
        say("starting a Kafka broker, the pipeline and %d pumps in %s", options.pumps(), options.data());
        Path pipelineFile = unpack();
        if (!options.eventHubs()) {
            return run(pipelineFile, null);
        }
        try (EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, HUB_PARTITIONS)))) {
            connect(pipelineFile, peer);
            say("event hub  %s", peer.connectionString());
            return run(pipelineFile, peer);
        }
    }

    @SuppressWarnings("try") // the connectors run beside it until it ends
    private DemoReport run(Path pipelineFile, @Nullable EventHubsPeer peer) throws Exception {
        try (LoadedPipeline loaded = LoadedPipeline.load(pipelineFile);
                MetricsEndpoint unmeasured = MetricsEndpoint.at(null);
                Cluster cluster =
                        Cluster.of(loaded.config().kafka(), options.data().resolve("broker"));
                RunningPipeline running =
                        RunningPipeline.start(loaded, cluster, options.data().resolve("state"), unmeasured.meter());
                RunningConnectors connectors = RunningConnectors.start(loaded.config(), cluster);
                PipelineView page = PipelineView.open(options.http(), loaded.config(), cluster, running)) {
            awaitReady(running);
            say("broker     %s", cluster.bootstrapServers());
            say("pipeline   %s", pipelineFile);
            say("page       %s", page.url().orElseThrow());
            FleetLine line = peer == null
                    ? FleetLine.kafka(
                            cluster.properties(), loaded.config().source().topic())
                    : FleetLine.eventHub(peer, HUB, HUB_PARTITIONS);
            return observe(running, page.seen().orElseThrow(), line);
        }
    }

    private DemoReport observe(RunningPipeline running, LiveView seen, FleetLine line) throws InterruptedException {
        long start = System.currentTimeMillis();
        Duration length = options.length() == null ? UNENDING : options.length();
        FaultSchedule schedule = FaultSchedule.draw(options.seed(), options.pumps(), start, length);
        PumpFleet fleet = new PumpFleet(options.pumps(), options.seed(), schedule);
        try (FleetProducer producer =
                FleetProducer.start(line, fleet, new BadPayloads(options.seed()), start, options.readingsPerSecond())) {
            Story story = new Story(schedule, start, out);
            long end = options.length() == null ? Long.MAX_VALUE : start + length.toMillis();
            long statusAt = start + STATUS_EVERY_MS;
            while (System.currentTimeMillis() < end && !stopAsked.getAsBoolean()) {
                requireAlive(running);
                Summary now = seen.summary();
                story.tell(System.currentTimeMillis(), now);
                if (System.currentTimeMillis() >= statusAt) {
                    statusAt += STATUS_EVERY_MS;
                    story.status(now);
                }
                Thread.sleep(TICK_MS);
            }
            producer.stop();
            double seconds = (System.currentTimeMillis() - start) / 1000.0;
            Summary all = awaitAll(seen, producer.acknowledged(), running);
            story.tell(System.currentTimeMillis(), all);
            return report(producer, all, schedule, seconds);
        }
    }

    private static DemoReport report(FleetProducer producer, Summary all, FaultSchedule schedule, double seconds) {
        FaultLedger ledger = new FaultLedger(schedule, GRACE);
        for (AlertTransition change : all.transitions()) {
            if (change.firing()) {
                ledger.fired(change.device(), change.time());
            } else {
                ledger.resolved(change.device(), change.time());
            }
        }
        all.unjudged().forEach(event -> ledger.insufficient(event.device(), event.time()));
        long launched = ManagementFactory.getRuntimeMXBean().getStartTime();
        long first = all.firstPredictionSeen() == 0 ? -1 : all.firstPredictionSeen() - launched;
        return new DemoReport(
                producer.acknowledged(), all, ledger.findings(System.currentTimeMillis()), seconds, first);
    }

    /** What was sent has been scored, but the last of it may not be committed, or seen, yet. */
    private static Summary awaitAll(LiveView seen, long sent, RunningPipeline running) throws InterruptedException {
        long deadline = System.currentTimeMillis() + DRAIN.toMillis();
        Summary summary = seen.summary();
        while (summary.predictions() + summary.deadLetters() < sent && System.currentTimeMillis() < deadline) {
            requireAlive(running);
            Thread.sleep(TICK_MS);
            summary = seen.summary();
        }
        return summary;
    }

    private void awaitReady(RunningPipeline running) throws InterruptedException {
        long deadline = System.currentTimeMillis() + READY.toMillis();
        while (!running.readiness().ready() && !stopAsked.getAsBoolean()) {
            requireAlive(running);
            if (System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("the pipeline must be ready within " + READY.toSeconds() + " s, is: "
                        + running.readiness().reason());
            }
            Thread.sleep(TICK_MS);
        }
    }

    private static void requireAlive(RunningPipeline running) throws InterruptedException {
        if (running.awaitEnd(Duration.ZERO)) {
            throw new IllegalStateException(
                    "the pipeline has stopped by itself", running.failure().orElse(null));
        }
    }

    /** Puts the pipeline's files where the user can read, copy and change them. */
    private Path unpack() throws IOException {
        Files.createDirectories(options.data());
        for (String file : FILES) {
            try (InputStream in = Objects.requireNonNull(Demo.class.getResourceAsStream("/demo/" + file), file)) {
                Files.copy(in, options.data().resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return options.data().resolve(FILES.get(0));
    }

    /** Has the pipeline read the peer's hub, as it would the cloud's. */
    private static void connect(Path pipelineFile, EventHubsPeer peer) throws IOException {
        String source = "time: /ts, connector: {name: hub, type: event-hubs, eventhubs.hub: " + HUB
                + ", eventhubs.partitioning: key, eventhubs.connection.string: \"" + peer.connectionString() + "\"}}";
        Files.writeString(pipelineFile, Files.readString(pipelineFile).replace("time: /ts}", source));
    }

    private void say(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
        out.flush();
    }
}
