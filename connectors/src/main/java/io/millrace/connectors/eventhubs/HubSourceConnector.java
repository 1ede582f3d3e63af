package io.millrace.connectors.eventhubs;

import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubProperties;
import io.millrace.connectors.delivery.Contradictions;
import io.millrace.connectors.delivery.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both sources have in common: partitions are dealt out among tasks, and looked for again now and then. Positions
 * are Kafka Connect's, so that with its exactly-once support for sources (KIP-618) they are committed together with the
 * records.
 */
abstract class HubSourceConnector extends SourceConnector {
    private static final Logger LOG = LoggerFactory.getLogger(HubSourceConnector.class);

    private static final int MOST_TRIES = 6; // at the start

    private Map<String, String> values = Map.of();
    private volatile List<String> partitions = List.of();
    private @Nullable ScheduledExecutorService timer;

    /** @throws ConfigException if a value by itself is wrong */
    abstract SourceConfig parse(Map<String, String> given);

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // discover() catches what it throws
    public final void start(Map<String, String> given) {
        SourceConfig config = parse(given);
        Contradictions.refuse(config.contradictions());
        values = Map.copyOf(given);
        partitions = askPatiently(config);
        long periodMs = config.duration(SourceConfig.DISCOVERY).toMillis();
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "millrace-eventhubs-discovery");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(() -> discover(config), periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    private void discover(SourceConfig config) {
        try {
            List<String> found = ask(config);
            if (!found.equals(partitions)) {
                LOG.info("the hub has other partitions: before={} now={}", partitions, found);
                partitions = found;
                context().requestTaskReconfiguration();
            }
        } catch (RuntimeException e) {
            LOG.warn("the hub does not tell of its partitions, is asked again later: {}", Safe.text(e));
        }
    }

    /** A hub that is busy for a moment must not make the connector fail: to start it again would take much longer. */
    private static List<String> askPatiently(SourceConfig config) {
        Pauses pauses = new Pauses(config.duration(SourceConfig.BACKOFF), config.duration(SourceConfig.BACKOFF_MAX));
        while (true) {
            try {
                return ask(config);
            } catch (RuntimeException e) {
                pauses.ended(false, false, 0);
                if (PartitionReader.isRefusal(e) || pauses.failures() == MOST_TRIES) {
                    throw new ConnectException("the event hub cannot be reached: " + Safe.text(e));
                }
                rest(pauses.nextMs());
            }
        }
    }

    private static void rest(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while the event hub was being asked for its partitions");
        }
    }

    private static List<String> ask(SourceConfig config) {
        try (EventHubConsumerAsyncClient client = HubAddress.resolve(config).open(config)) {
            Duration patience = config.duration(SourceConfig.TIMEOUT).multipliedBy(2);
            EventHubProperties properties =
                    Objects.requireNonNull(client.getEventHubProperties().block(patience), "the hub answers nothing");
            return properties.getPartitionIds().stream().sorted().toList();
        }
    }

    @Override
    public final List<Map<String, String>> taskConfigs(int most) {
        List<String> all = partitions;
        int tasks = Math.min(most, all.size());
        List<Map<String, String>> configs = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            List<String> own = new ArrayList<>();
            for (int i = task; i < all.size(); i += tasks) {
                own.add(all.get(i));
            }
            Map<String, String> config = new HashMap<>(values);
            config.put(SourceConfig.TASK_PARTITIONS, String.join(",", own));
            configs.add(config);
        }
        return configs;
    }

    @Override
    public final void stop() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }

    @Override
    public final Config validate(Map<String, String> given) {
        return Contradictions.add(super.validate(given), () -> parse(given).contradictions());
    }

    @Override
    public final ExactlyOnceSupport exactlyOnceSupport(Map<String, String> config) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    /** Positions may be changed while the connector is stopped. */
    @Override
    public final boolean alterOffsets(Map<String, String> config, Map<Map<String, ?>, Map<String, ?>> offsets) {
        offsets.forEach((partition, offset) -> {
            if (!partition.keySet().equals(java.util.Set.of("hub", "group", "partition"))) {
                throw new ConnectException(
                        "a position's partition must have hub, group and partition, got: " + partition);
            }
            if (offset != null && !(offset.get("sequence") instanceof Number && offset.get("hub") instanceof String)) {
                throw new ConnectException(
                        "a position must have a number as sequence and a text as hub, got: " + offset);
            }
        });
        return true;
    }

    @Override
    public final String version() {
        return Version.OF_THIS;
    }
}
