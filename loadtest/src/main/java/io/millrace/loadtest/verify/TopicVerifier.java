package io.millrace.loadtest.verify;

import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Verifies topics as they lie, whoever wrote them: reads the source topic and then the outputs, each up to where it
 * ended when the reading began. Times are the records' own timestamps, in milliseconds.
 */
public final class TopicVerifier {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final long MILLIS = 1_000_000;

    private final Map<String, String> client;
    private final Matching matching;
    private final Ledger ledger = new Ledger();
    private final Position position = new Position();

    private TopicVerifier(Map<String, String> client, Matching matching) {
        this.client = client;
        this.matching = matching;
    }

    /** Matches by the source coordinates in predictions and dead letters. */
    public static TopicVerifier byCoordinates(Map<String, String> client) {
        return new TopicVerifier(client, Matching.byCoordinates(new DeviceIndex()));
    }

    /** Matches by record key and sequence number, as {@link Matching#bySequence} does. */
    public static TopicVerifier bySequence(Map<String, String> client, String pointer, long first) {
        return new TopicVerifier(client, Matching.bySequence(pointer, first, new DeviceIndex()));
    }

    /** Reads everything and returns the account; its latencies are from record timestamp to record timestamp. */
    public Ledger verify(String source, Outputs outputs) {
        read(
                source,
                (record, found) ->
                        ledger.found(found.stream, found.position, device(record), record.timestamp() * MILLIS),
                matching.sources);
        read(
                outputs.predictions(),
                (record, found) ->
                        ledger.predicted(found.stream, found.position, device(record), record.timestamp() * MILLIS),
                matching.predictions);
        if (outputs.deadLetters() != null) {
            read(
                    outputs.deadLetters(),
                    (record, found) -> ledger.deadLettered(found.stream, found.position, record.timestamp() * MILLIS),
                    matching.deadLetters);
        }
        return ledger;
    }

    private void read(
            String topic, BiConsumer<ConsumerRecord<byte[], byte[]>, Position> enter, Position.Reader reader) {
        try (KafkaConsumer<byte[], byte[]> consumer = TopicReader.open(client, java.util.List.of(topic))) {
            var ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (reader.read(record, position)) {
                        enter.accept(record, position);
                    } else {
                        ledger.unreadable();
                    }
                }
            }
        }
    }

    private int device(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        return key == null ? -1 : matching.devices.applyAsInt(key);
    }
}
