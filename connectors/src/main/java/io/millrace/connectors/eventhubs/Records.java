package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.azure.messaging.eventhubs.EventData;
import io.millrace.connectors.delivery.Counts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka Connect's records of what partitions give. Keys, values and headers are bytes, for ByteArrayConverter.
 *
 * <p>Not thread-safe.
 */
class Records {
    private final SourceConfig config;
    private final Counts<SourceCount> metrics;
    private final EventHeaders headers;
    private final int mostBytes;
    private final String where;

    /** @param where what partitions belong to, as the key of their positions says */
    Records(SourceConfig config, Counts<SourceCount> metrics, String where) {
        this.config = config;
        this.metrics = metrics;
        this.where = where;
        headers = new EventHeaders(config);
        mostBytes = config.getInt(SourceConfig.MAX_BYTES);
    }

    /** What Kafka Connect keeps a partition's position under: it compares bytes, so that the order must not change. */
    static Map<String, String> partition(String where, String group, String id) {
        return new TreeMap<>(Map.of("hub", where, "group", group, "partition", id));
    }

    /** Where a record goes. */
    record Route(String topic, @Nullable String key) {}

    /** Why an event cannot become a record. */
    record Poison(String reason, String detail) {}

    void add(Item item, List<SourceRecord> into) {
        if (item instanceof Item.Loss loss) {
            into.add(marker(loss));
        } else if (item instanceof Item.Event event) {
            Poison poison = poison(event.data());
            if (poison != null) {
                into.add(deadLetter(event, poison));
            } else {
                addEvent(event, into);
                metrics.add(SourceCount.EVENTS, 1);
            }
        }
    }

    /** Why this event cannot become a record; null if it can. */
    @Nullable
    Poison poison(EventData data) {
        int length = data.getBody().length;
        if (length == 0) {
            return new Poison(
                    "empty", "the body must have bytes; one that is not AMQP data is shown as empty by the client");
        }
        return length <= mostBytes
                ? null
                : new Poison(
                        "too-large",
                        "the body must have at most " + mostBytes + " bytes (" + SourceConfig.MAX_BYTES + "), got: "
                                + length);
    }

    /** Adds the record or records of an event that is well. */
    void addEvent(Item.Event event, List<SourceRecord> into) {
        into.add(record(
                event,
                new Route(config.topic(), event.data().getPartitionKey()),
                event.data().getBody()));
    }

    final SourceRecord record(Item.Event event, Route route, byte @Nullable [] value) {
        return new SourceRecord(
                partition(where, config.group(), event.partition()),
                position(event),
                route.topic(),
                config.samePartition() && route.topic().equals(config.topic())
                        ? Integer.valueOf(event.partition())
                        : null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                route.key() == null ? null : route.key().getBytes(UTF_8),
                Schema.OPTIONAL_BYTES_SCHEMA,
                value,
                event.data().getEnqueuedTime().toEpochMilli(),
                headers.of(event));
    }

    private static Map<String, Object> position(Item.Event event) {
        return new Position(event.data().getSequenceNumber(), event.data().getOffsetString(), event.hub()).toConnect();
    }

    private SourceRecord deadLetter(Item.Event event, Poison poison) {
        EventData data = event.data();
        metrics.add(SourceCount.DEAD_LETTERS, 1);
        byte[] body = data.getBody();
        Headers told = headers.of(event);
        explain(told, poison, event, data.getSequenceNumber());
        EventHeaders.add(told, "millrace-timestamp", data.getEnqueuedTime().toEpochMilli());
        return new SourceRecord(
                partition(where, config.group(), event.partition()),
                position(event),
                deadLetters(poison.detail() + " (partition " + event.partition() + ", sequence number "
                        + data.getSequenceNumber() + ")"),
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                data.getPartitionKey() == null ? null : data.getPartitionKey().getBytes(UTF_8),
                Schema.OPTIONAL_BYTES_SCHEMA,
                body.length <= mostBytes ? body : java.util.Arrays.copyOf(body, mostBytes),
                data.getEnqueuedTime().toEpochMilli(),
                told);
    }

    /** Stands where events should: who reads the dead letters learns what is missing. */
    private SourceRecord marker(Item.Loss loss) {
        String detail = loss.reason().text() + ": partition " + loss.partition() + " of " + loss.hub()
                + (loss.count() > 0 ? ", sequence numbers " + loss.from() + " to " + loss.to() : "") + ", goes on with "
                + loss.next();
        if (!config.continuesAfterLoss()) {
            throw new ConnectException("events are lost: " + detail + ". To go on without them, set "
                    + SourceConfig.ON_LOSS + " to continue");
        }
        Headers told = new ConnectHeaders();
        explain(told, new Poison("events-lost", detail), loss, loss.from());
        EventHeaders.add(told, "millrace-lost", loss.count());
        return new SourceRecord(
                partition(where, config.group(), loss.partition()),
                new Position(loss.next() - 1, null, loss.hub()).toConnect(),
                deadLetters(detail),
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                new byte[0],
                null,
                told);
    }

    private static void explain(Headers told, Poison poison, Item item, long sequence) {
        EventHeaders.add(told, "millrace-stage", "source");
        EventHeaders.add(told, "millrace-reason", poison.reason());
        EventHeaders.add(told, "millrace-detail", poison.detail());
        EventHeaders.add(told, "millrace-topic", item.hub());
        EventHeaders.add(told, "millrace-partition", item.partition());
        EventHeaders.add(told, "millrace-offset", sequence);
    }

    private String deadLetters(String why) {
        return config.deadLetters()
                .orElseThrow(() -> new ConnectException(
                        "an event cannot become a record: " + why + ". To go on, set " + SourceConfig.DEAD_LETTERS));
    }
}
