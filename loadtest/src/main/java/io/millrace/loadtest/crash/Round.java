package io.millrace.loadtest.crash;

import io.millrace.loadtest.process.Broker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** One variant from its first record to its verdict. */
final class Round {
    static final int PARTITIONS = 4;
    private static final int ONE_MALFORMED_IN = 101;
    /** Events of each device, on average, after the last blow: states that replays have moved come right in them. */
    private static final int CALM_EVENTS = 80;

    private static final long PATIENCE_MS = 20_000;
    private static final long ALERTS_BEHIND_MS = 5_000; // they come out one commit later than predictions

    private final CrashOptions options;
    private final Broker broker;
    private final Variant variant;
    private final boolean holdingBack;
    private final int kills;
    private final Consumer<String> progress;

    /**
     * @param holdingBack whether {@link HoldingBack} stands in for the pipeline
     * @param kills how many instances are killed
     * @param progress told now and then how far it has come
     */
    Round(
            CrashOptions options,
            Broker broker,
            Variant variant,
            boolean holdingBack,
            int kills,
            Consumer<String> progress) {
        this.options = options;
        this.broker = broker;
        this.variant = variant;
        this.holdingBack = holdingBack;
        this.kills = kills;
        this.progress = progress;
    }

    /** What became of it. */
    record Result(
            Variant variant,
            Verdict verdict,
            int kills,
            int restarts,
            Map<Chaos.Blow, Integer> blows,
            List<String> deaths,
            long seconds) {}

    /** Runs it. The topics must not exist. */
    Result run(Path home) throws Exception {
        long start = System.nanoTime();
        Files.createDirectories(home);
        createTopics();
        Pipelines pipelines = holdingBack
                ? Pipelines.holdingBack(home, variant, broker.bootstrapServers(), options.protocol())
                : Pipelines.millrace(
                        home, variant.write(home, broker.bootstrapServers(), options), options.classPath());
        int malformedIn = holdingBack ? 0 : ONE_MALFORMED_IN;
        try (Harvester harvester = new Harvester(broker.bootstrapServers(), variant, PARTITIONS);
                Sender sender = new Sender(
                        broker.bootstrapServers(),
                        variant.topic("telemetry"),
                        variant.hasRegistry() && !holdingBack ? variant : null,
                        options.rate(),
                        options.devices(),
                        malformedIn,
                        options.seed())) {
            LongSupplier seconds = () -> (System.nanoTime() - start) / 1_000_000_000L;
            Chaos chaos = new Chaos(broker, pipelines, home, harvester::accounted, options.seed());
            try {
                afflict(chaos, sender, () -> report(seconds.getAsLong(), sender, harvester, chaos));
            } finally {
                chaos.abandon();
            }
            report(seconds.getAsLong(), sender, harvester, chaos);
            Verdict verdict =
                    Verifier.verify(variant, harvester.finish(), sender.sent(), sender.malformed(), holdingBack);
            return new Result(
                    variant,
                    verdict,
                    chaos.kills(),
                    chaos.restarts(),
                    chaos.dealt(),
                    chaos.deaths(),
                    seconds.getAsLong());
        }
    }

    /** Blow after blow, then calm until what was sent has come out. */
    private void afflict(Chaos chaos, Sender sender, Runnable report) throws Exception {
        do {
            report.run();
            if (kills > 0) {
                chaos.strike();
            }
        } while (chaos.kills() < kills || (!holdingBack && kills > 0 && !chaos.hasDealtAll()));
        // Where records were lost this never comes about; the verifier then says which.
        chaos.awaitAccounted(sender.sent() + (long) CALM_EVENTS * options.devices(), PATIENCE_MS);
        sender.finish();
        chaos.awaitAccounted(sender.sent(), PATIENCE_MS);
        Thread.sleep(ALERTS_BEHIND_MS);
        chaos.stop();
    }

    private void createTopics() throws Exception {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
            // Alerts too are kept whole here, not compacted: each revision is looked at.
            List<NewTopic> topics = new ArrayList<>(Harvester.ROLES.stream()
                    .map(role -> new NewTopic(variant.topic(role), Optional.of(PARTITIONS), Optional.of((short) 1)))
                    .toList());
            topics.add(new NewTopic(variant.topic("twins"), 1, (short) 1));
            topics.add(new NewTopic(variant.topic("retired"), 1, (short) 1));
            admin.createTopics(topics).all().get();
        }
    }

    private void report(long seconds, Sender sender, Harvester harvester, Chaos chaos) {
        progress.accept(String.format(
                java.util.Locale.ROOT,
                "%s  %d s  sent %,d  come out %,d  kills %d  restarts %d",
                variant.id(),
                seconds,
                sender.sent(),
                harvester.accounted(),
                chaos.kills(),
                chaos.restarts()));
    }
}
