package io.millrace.connectors.eventhubs;

import io.millrace.connectors.delivery.Counts;
import io.millrace.connectors.delivery.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;

/** Reads some partitions of a hub, from where Kafka Connect says that they were read to. */
abstract class HubSourceTask extends SourceTask {
    private static final Duration WAIT = Duration.ofMillis(200);

    private @Nullable Feed feed;
    private @Nullable Records records;
    private int batch;

    abstract SourceConfig parse(Map<String, String> given);

    abstract Records records(SourceConfig config, Counts<SourceCount> metrics, String where);

    @Override
    public final void start(Map<String, String> given) {
        SourceConfig config = parse(given);
        Counts<SourceCount> metrics = Counts.of(SourceCount.values(), context);
        String where = config.where();
        batch = config.getInt(SourceConfig.BATCH);
        records = records(config, metrics, where);
        feed = new Feed(config, positions(config, where), metrics, System::nanoTime);
        feed.start();
    }

    private Map<String, @Nullable Position> positions(SourceConfig config, String where) {
        Map<String, Map<String, String>> keys = new HashMap<>();
        config.taskPartitions().forEach(id -> keys.put(id, Records.partition(where, config.group(), id)));
        Map<Map<String, String>, Map<String, Object>> stored =
                context.offsetStorageReader().offsets(keys.values());
        Map<String, @Nullable Position> positions = new HashMap<>();
        keys.forEach((id, key) -> positions.put(id, Position.fromConnect(stored.get(key))));
        return positions;
    }

    @Override
    public final @Nullable List<SourceRecord> poll() {
        Records maker = Objects.requireNonNull(records, "the task has not been started");
        List<Item> items = Objects.requireNonNull(feed).poll(batch, WAIT);
        if (items.isEmpty()) {
            return null;
        }
        List<SourceRecord> made = new ArrayList<>(items.size());
        for (Item item : items) {
            try {
                maker.add(item, made);
            } catch (ConnectException e) {
                if (made.isEmpty()) {
                    throw e;
                }
                // What comes before it is good, and the task ends with the next poll.
                feed.fail(String.valueOf(e.getMessage()));
                return made;
            }
        }
        return made;
    }

    @Override
    public final void stop() {
        if (feed != null) {
            feed.close();
        }
    }

    @Override
    public final String version() {
        return Version.OF_THIS;
    }
}
