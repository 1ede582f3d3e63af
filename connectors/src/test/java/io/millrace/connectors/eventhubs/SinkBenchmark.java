package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.delivery.FakeSinkContext;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/**
 * Not a test, and run by nobody unasked: how fast the sink's task sends events of 256 bytes, with the peer in the same
 * process, by hand-overs of several sizes and numbers of keys. {@code -Dit.test=SinkBenchmark -Drate.events=200000}
 */
class SinkBenchmark {
    private static final String HUB = "rate";
    private static final int PARTITIONS = 8;
    private static final int EVENTS = Integer.getInteger("rate.events", 100_000);
    private static final byte[] BODY = "x".repeat(256).getBytes(UTF_8);

    @Test
    void measures() throws Exception {
        for (int polled : new int[] {500, 5_000}) {
            run("key", polled, 10_000);
            run("key", polled, 100);
            run("hash", polled, 10_000);
            run("hash", polled, 100);
            run("same", polled, 10_000);
        }
    }

    private static void run(String partitioning, int polled, int keys) throws Exception {
        EventHubsSinkTask task = new EventHubsSinkTask();
        try (EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, PARTITIONS)))) {
            task.initialize(new FakeSinkContext());
            task.start(new HashMap<>(Map.of(
                    "eventhubs.connection.string", peer.connectionString(),
                    "eventhubs.hub", HUB,
                    "eventhubs.partitioning", partitioning)));
            send(task, polled, keys, 0, EVENTS / 5); // to warm up
            long begun = System.nanoTime();
            send(task, polled, keys, EVENTS / 5, EVENTS + EVENTS / 5);
            double seconds = (System.nanoTime() - begun) / 1e9;
            long there = IntStream.range(0, PARTITIONS)
                    .mapToLong(partition -> peer.last(HUB, partition) + 1)
                    .sum();
            assertThat(there).isEqualTo(EVENTS + EVENTS / 5);
            System.out.printf(
                    "by %s, %d records at once, %d keys: %.0f events/s%n",
                    partitioning, polled, keys, EVENTS / seconds);
        } finally {
            task.stop();
        }
    }

    private static void send(EventHubsSinkTask task, int polled, int keys, int from, int to) {
        for (int i = from; i < to; i += polled) {
            List<SinkRecord> records = new ArrayList<>();
            for (int j = i; j < Math.min(to, i + polled); j++) {
                records.add(new SinkRecord(HUB, j % PARTITIONS, null, "pump-" + j % keys, null, BODY, j));
            }
            task.put(records);
        }
    }
}
