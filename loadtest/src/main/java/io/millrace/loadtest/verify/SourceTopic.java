package io.millrace.loadtest.verify;

import io.millrace.loadtest.generate.Origin;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;

/**
 * The topic that a pipeline reads, where somebody else than the generator has filled it: says of its coordinates, which
 * outputs name, whose record lies there and which. Reads on whenever it is asked for a record that it has not seen yet:
 * what a committed output was made from is there.
 *
 * <p>Takes 8 bytes a record. Not thread-safe.
 */
final class SourceTopic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long NOBODY = Long.MIN_VALUE;
    private static final long[] NONE = {};

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Integer, long[]> whose = new HashMap<>();

    SourceTopic(Map<String, String> client, String topic) {
        this.consumer = TopicReader.open(client, List.of(topic));
    }

    /** Coordinates of this topic, as {@code reader} finds them, become a device and its sequence number. */
    Position.Reader through(Position.Reader reader) {
        return (record, into) -> !fromConnector(record) && reader.read(record, into) && resolve(into);
    }

    /** A connector's dead letter names coordinates of its own source. */
    private static boolean fromConnector(ConsumerRecord<byte[], byte[]> record) {
        Header stage = record.headers().lastHeader("millrace-stage");
        return stage != null && Arrays.equals(stage.value(), new byte[] {'s', 'o', 'u', 'r', 'c', 'e'});
    }

    private boolean resolve(Position position) {
        int partition = position.stream;
        long offset = position.position;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (at(partition, offset) == NOBODY) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                enter(record);
            }
        }
        long found = at(partition, offset);
        int sequence = (int) found;
        position.set((int) (found >> 32), sequence);
        return sequence >= 0;
    }

    private long at(int partition, long offset) {
        long[] known = whose.getOrDefault(partition, NONE);
        return offset < known.length ? known[(int) offset] : NOBODY;
    }

    private void enter(ConsumerRecord<byte[], byte[]> record) {
        int offset = Math.toIntExact(record.offset());
        long[] known = whose.getOrDefault(record.partition(), NONE);
        if (offset >= known.length) {
            int before = known.length;
            known = Arrays.copyOf(known, Math.max(offset + 1024, before * 3 / 2));
            Arrays.fill(known, before, known.length, NOBODY);
            whose.put(record.partition(), known);
        }
        byte[] value = record.value();
        known[offset] = ((long) Origin.device(value) << 32) | (Origin.sequence(value) & 0xFFFFFFFFL);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
