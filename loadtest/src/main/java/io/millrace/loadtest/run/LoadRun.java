package io.millrace.loadtest.run;

import io.millrace.loadtest.generate.ClosedLoop;
import io.millrace.loadtest.generate.EventHub;
import io.millrace.loadtest.generate.Fleet;
import io.millrace.loadtest.generate.Generated;
import io.millrace.loadtest.generate.Generator;
import io.millrace.loadtest.generate.Journal;
import io.millrace.loadtest.generate.KafkaSink;
import io.millrace.loadtest.generate.Load;
import io.millrace.loadtest.generate.Outlet;
import io.millrace.loadtest.generate.Ticker;
import io.millrace.loadtest.pipeline.Contestant;
import io.millrace.loadtest.pipeline.Job;
import io.millrace.loadtest.pipeline.Model;
import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.process.ProcessCost;
import io.millrace.loadtest.process.Topics;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.verify.Ledger;
import io.millrace.loadtest.verify.Matching;
import io.millrace.loadtest.verify.Outputs;
import io.millrace.loadtest.verify.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run: fresh topics, a fresh pipeline, a probe through it, the load with its warm-up, what is left to come out,
 * the account. Single-use.
 */
final class LoadRun {

    private static final long LEAD = 500_000_000;
    private static final long SECOND = 1_000_000_000;
    /** Time for a duplicate of the last records to show itself. */
    private static final long AFTERMATH_MILLIS = 1000;

    private final Scenario scenario;
    private final Broker broker;
    private final Consumer<Progress> progress;
    private final Contestant contestant;
    private final Model model;
    private final Optional<EventHub> hub;
    private final int partitions;
    private final Job job;
    private final Ledger ledger = new Ledger();
    private final AtomicLong start = new AtomicLong(System.nanoTime());
    private final Histogram soFar = new Histogram(3);
    private final List<Sample> samples = new ArrayList<>();
    private @Nullable Hopeless hopeless;
    private Optional<String> abandoned = Optional.empty();

    /** What a person sees while it runs. */
    record Progress(Sample sample, Sample before, Histogram latency, long leftNanos) {}

    LoadRun(Scenario scenario, Broker broker, Path folder, Consumer<Progress> progress) throws IOException {
        this.scenario = scenario;
        this.broker = broker;
        this.progress = progress;
        this.contestant = Contestant.named(scenario.pipeline().contestant());
        this.model = Model.named(scenario.pipeline().model());
        if (scenario.output().toHub() && contestant != Contestant.MILLRACE) {
            throw new IllegalArgumentException(
                    "pipeline.contestant must be millrace where the load goes to an event hub, got: "
                            + contestant.label());
        }
        this.hub = scenario.output().toHub()
                ? Optional.of(EventHub.open(scenario.output().eventHub(), System::getenv))
                : Optional.empty();
        // The connector brings each of the hub's partitions into the partition of the same number.
        this.partitions =
                hub.map(EventHub::partitions).orElseGet(() -> scenario.topics().partitions());
        this.job = job(folder);
    }

    /** Ends the run as soon as it cannot be sustained any more. */
    LoadRun endingEarly() {
        hopeless = new Hopeless(scenario);
        return this;
    }

    Outcome run() throws IOException, InterruptedException {
        Map<String, String> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        Topics.ensure(client, List.of(job.source(), job.predictions(), job.alerts(), job.deadLetters()), partitions);
        Outputs outputs = new Outputs(job.predictions(), job.deadLetters(), job.alerts());
        Load load = scenario.toLoad(scenario.fleet().fleet(), model.layout(), model.features());
        LongSupplier clock = () -> System.nanoTime() - start.get();
        ClosedLoop loop = new ClosedLoop(load, clock);
        long warm = scenario.load().warmupNanos();
        Receiver receiver = new Receiver(client, outputs, matching(client), ledger, clock, loop::predicted, warm);
        Generated generated;
        List<Inside.Reading> readings;
        List<Chaos.Event> events;
        try (receiver;
                Chaos chaos = new Chaos(scenario.chaos(), this::start, broker);
                Inside inside = new Inside(chaos.running().get(0), metrics(), clock);
                loop) {
            Journal journal = journal();
            Outlet outlet = hub.<Outlet>map(to -> to).orElse(told -> new KafkaSink(client, job.source(), told));
            Probe.await(outlet, partitions, load, journal, ledger, () -> {
                chaos.running().forEach(ChildProcess::check);
                receiver.check();
            });
            Generator generator = new Generator(load, Ticker.system(), () -> outlet.open(journal));
            long now = System.nanoTime() + LEAD;
            start.set(now);
            inside.forget();
            long millis = System.currentTimeMillis() + LEAD / 1_000_000;
            if (scenario.load().closedLoop()) {
                loop.start(outlet.open(journal));
            }
            generated = watch(generator, now, millis, chaos, receiver);
            loop.close();
            if (abandoned.isEmpty()) {
                chaos.finish();
                receiver.awaitSeen(ledger.sent(), scenario.limits().quiet());
                Thread.sleep(AFTERMATH_MILLIS);
            }
            receiver.close(); // what a pipeline lets go only as it is ended is missing
            readings = inside.readings();
            events = chaos.events();
        }
        Insight insight = Insight.of(readings, samples, scenario.load().warmupNanos(), generated.plannedNanos());
        return outcome(generated, receiver, loop.latency(), insight, events);
    }

    private ChildProcess start(int instance) throws IOException {
        Path folder = job.folder().resolve("instance-" + instance);
        return contestant.start(
                job.in(folder, instance == 1 ? job.metricsPort() : freePort()),
                scenario.pipeline().command());
    }

    private Matching matching(Map<String, String> client) {
        if (hub.isPresent()) {
            return Matching.throughSource(client, job.source(), Fleet::indexOf);
        }
        return contestant.namesItsSource()
                ? Matching.byCoordinates(Fleet::indexOf)
                : Matching.bySequence("/seq", Load.FIRST_SEQUENCE, Fleet::indexOf);
    }

    /** Records under the coordinates by which outputs will name them. */
    private Journal journal() {
        if (contestant.namesItsSource()) {
            return ledger; // an event hub tells device and sequence number itself
        }
        return new Journal() {
            @Override
            public void sent(int partition, long offset, int device, int sequence, long intended, boolean malformed) {
                ledger.sent(device, sequence, device, sequence, intended, malformed);
            }

            @Override
            public void failed(Exception cause) {
                ledger.failed(cause);
            }
        };
    }

    private Generated watch(Generator generator, long startNanos, long startMillis, Chaos chaos, Receiver receiver)
            throws IOException, InterruptedException {
        CompletableFuture<Generated> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        done.complete(generator.run(startNanos, startMillis));
                    } catch (InterruptedException | RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                },
                "generator");
        thread.setDaemon(true);
        thread.start();
        try {
            while (!done.isDone()) {
                long nanos = System.nanoTime() - startNanos;
                chaos.at(nanos);
                chaos.running().forEach(ChildProcess::check);
                receiver.check();
                sample(nanos, chaos, receiver);
                if (hopeless != null && abandoned.isEmpty()) {
                    abandoned = hopeless.reason(
                            nanos, samples.get(samples.size() - 1).lag(), soFar);
                    abandoned.ifPresent(reason -> generator.stop());
                }
                long left = SECOND - Math.floorMod(System.nanoTime() - startNanos, SECOND);
                Thread.sleep(left / 1_000_000 + 1); // a second that is woken before would be missed
            }
            return done.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the generator failed: " + e.getCause(), e);
        } finally {
            generator.stop();
        }
    }

    private void sample(long nanos, Chaos chaos, Receiver receiver) {
        List<Long> pids = chaos.running().stream().flatMap(ChildProcess::pids).toList();
        ProcessCost pipeline = ProcessCost.of(pids);
        long brokerCpu = ProcessCost.of(
                        broker.process().map(p -> p.pids().toList()).orElse(List.of()))
                .cpuNanos();
        long harnessCpu = ProcessCost.of(List.of(ProcessHandle.current().pid())).cpuNanos();
        Sample sample = new Sample(
                nanos,
                ledger.sent(),
                ledger.seen(),
                pipeline.cpuNanos(),
                brokerCpu,
                harnessCpu,
                pipeline.residentBytes());
        soFar.add(receiver.liveLatency());
        samples.add(sample);
        Sample before = samples.get(Math.max(0, samples.size() - 2));
        progress.accept(new Progress(
                sample,
                before,
                soFar,
                Math.max(
                        0,
                        scenario.load().warmupNanos()
                                + scenario.load().duration().toNanos()
                                - nanos)));
    }

    private Outcome outcome(
            Generated generated, Receiver receiver, Histogram closedLoop, Insight insight, List<Chaos.Event> events) {
        long warm = scenario.load().warmupNanos();
        Histogram latency = new Histogram(3);
        ledger.forEachLatency(warm, Long.MAX_VALUE, (intended, nanos) -> latency.recordValue(Math.max(0, nanos)));
        return new Outcome(
                scenario,
                generated,
                ledger.verdict(),
                latency,
                receiver.alertLatency(warm, Long.MAX_VALUE),
                closedLoop,
                Seconds.of(ledger, generated.plannedNanos()),
                List.copyOf(samples),
                insight,
                events,
                abandoned);
    }

    private Job job(Path folder) {
        Scenario.Pipeline pipeline = scenario.pipeline();
        Scenario.Topics topics = scenario.topics();
        String run = "loadtest-" + Long.toString(System.currentTimeMillis(), 36);
        return new Job(
                run,
                broker.bootstrapServers(),
                run + "-" + topics.source(),
                run + "-" + topics.predictions(),
                run + "-" + topics.alerts(),
                run + "-" + topics.deadLetters(),
                model,
                pipeline.guarantee() == Scenario.Guarantee.EXACTLY_ONCE,
                pipeline.commitInterval().toMillis(),
                pipeline.threads(),
                pipeline.heap(),
                pipeline.alert(),
                freePort(),
                folder.resolve(run),
                pipeline.kafka(),
                pipeline.fault(),
                hub.map(from -> new Job.Hub(from.placeholder(), from.last())));
    }

    private String metrics() {
        String given = scenario.pipeline().metrics();
        String command = scenario.pipeline().command();
        boolean own = contestant == Contestant.MILLRACE && (command.isBlank() || command.contains(Job.METRICS));
        return given.isBlank() && own ? "http://127.0.0.1:" + job.metricsPort() + "/metrics" : given;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
