package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Not a test, and run by nobody unasked: how fast a backlog is worked off, in how much memory, and how soon a partition
 * is read again after its socket has dropped. Broker, peer and this in one process; the worker in another, with the heap
 * given. {@code -Dit.test=SourceBenchmark -Drate.events=2000000 -Dtest.jvm.args=-Xmx3g}
 */
class SourceBenchmark {
    private static final String HUB = "rate";
    private static final int PARTITIONS = 8;
    private static final int EVENTS = Integer.getInteger("rate.events", 400_000);
    private static final int BYTES = 256;
    private static final int DROPS = 20;

    @Test
    void measures(@TempDir Path directory) throws Exception {
        HubSpec hub = HubSpec.of(HUB, PARTITIONS).withRetention(Duration.ofDays(1), 1L << 30);
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory));
                EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(hub))) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            Topics.ensure(kafka, List.of(TopicSpec.of(HUB, PARTITIONS)));
            byte[] body = "x".repeat(BYTES).getBytes(UTF_8);
            for (int i = 0; i < EVENTS; i++) {
                peer.put(HUB, i % PARTITIONS, null, body, Map.of());
            }
            Map<String, String> connector = new HashMap<>();
            connector.put("connector.class", EventHubsSourceConnector.class.getName());
            connector.put("topic", HUB);
            connector.put("tasks.max", System.getProperty("rate.tasks", "1"));
            connector.put("eventhubs.connection.string", peer.connectionString());
            connector.put("eventhubs.hub", HUB);
            connector.put("eventhubs.headers", System.getProperty("rate.headers", "all"));
            ChildWorker worker = ChildWorker.start(broker.bootstrapServers(), connector);
            try (Admin admin = Admin.create(kafka)) {
                rate(admin);
                recovery(peer, kafka, body);
            } finally {
                worker.kill();
            }
        }
    }

    private static void rate(Admin admin) throws Exception {
        long begun = 0;
        long before = 0;
        for (long seen = committed(admin); seen < EVENTS; seen = committed(admin)) {
            if (begun == 0 && seen > 0) {
                begun = System.nanoTime();
                before = seen;
            }
            Thread.sleep(50);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("rate: %d events of %d bytes, %.0f events/s%n", EVENTS, BYTES, (EVENTS - before) / seconds);
    }

    /** Offsets count the markers of transactions, too: a few in a thousand. */
    private static long committed(Admin admin) throws Exception {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        IntStream.range(0, PARTITIONS).forEach(i -> wanted.put(new TopicPartition(HUB, i), OffsetSpec.latest()));
        return admin.listOffsets(wanted).all().get().values().stream()
                .mapToLong(info -> info.offset())
                .sum();
    }

    private static void recovery(EventHubsPeer peer, Map<String, Object> kafka, byte[] body) {
        List<Long> millis = new ArrayList<>();
        try (SourceRig.Reading reading = new SourceRig.Reading(kafka, HUB)) {
            while (reading.poll().size() < EVENTS) {
                // what came before
            }
            for (int i = 0; i < DROPS; i++) {
                int partition = i % PARTITIONS;
                int before = reading.poll().size();
                while (peer.readers(HUB, partition) == 0) {
                    Thread.onSpinWait();
                }
                assertThat(peer.faults().dropSocket(HUB, partition)).isEqualTo(1);
                long dropped = System.nanoTime();
                peer.put(HUB, partition, null, body, Map.of());
                while (reading.poll().size() == before) {
                    // until it is there
                }
                millis.add((System.nanoTime() - dropped) / 1_000_000);
            }
        }
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf("recovery after a dropped socket: median %d ms of %s%n", sorted.get(DROPS / 2), sorted);
    }
}
