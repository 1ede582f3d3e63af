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
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Not a test, and run by nobody unasked: how fast a backlog is worked off and in how much memory, and how soon a
 * partition is read again after its socket has dropped or its link has stalled, with the connector's own defaults. Broker
 * and peer in this process, the worker in another. docs/connectors.md has the command.
 */
class SourceBenchmark {
    private static final String HUB = "rate";
    private static final int PARTITIONS = 8;
    private static final int EVENTS = Integer.getInteger("rate.events", 400_000);
    private static final byte[] BODY = "x".repeat(256).getBytes(UTF_8);
    private static final int DROPS = 20;
    private static final int STALLS = PARTITIONS;

    @Test
    void measures(@TempDir Path directory) throws Exception {
        HubSpec hub = HubSpec.of(HUB, PARTITIONS).withRetention(Duration.ofDays(1), 1L << 30);
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory));
                EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(hub))) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            Topics.ensure(kafka, List.of(TopicSpec.of(HUB, PARTITIONS)));
            for (int i = 0; i < EVENTS; i++) {
                peer.put(HUB, i % PARTITIONS, null, BODY, Map.of());
            }
            String[] flags = Stream.of(System.getProperty("rate.flags", "").split(" "))
                    .filter(flag -> !flag.isEmpty())
                    .toArray(String[]::new);
            ChildWorker worker = ChildWorker.start(broker.bootstrapServers(), connector(peer), flags);
            try (Admin admin = Admin.create(kafka)) {
                drain(admin, worker);
                recover(peer, kafka);
            } finally {
                worker.stop();
            }
        }
    }

    private static Map<String, String> connector(EventHubsPeer peer) {
        Map<String, String> connector = new HashMap<>();
        connector.put("connector.class", EventHubsSourceConnector.class.getName());
        connector.put("topic", HUB);
        connector.put("tasks.max", System.getProperty("rate.tasks", "1"));
        connector.put("eventhubs.connection.string", peer.connectionString());
        connector.put("eventhubs.hub", HUB);
        connector.put("eventhubs.headers", System.getProperty("rate.headers", "all"));
        return connector;
    }

    private static void drain(Admin admin, ChildWorker worker) throws Exception {
        long begun = 0;
        long before = 0;
        long tenth = 0;
        List<Long> mebibytes = new ArrayList<>();
        for (long seen = committed(admin); seen < EVENTS; seen = committed(admin)) {
            if (begun == 0 && seen > 0) {
                begun = System.nanoTime();
                before = seen;
            }
            if (seen > 0 && seen * 10 / EVENTS >= tenth) {
                mebibytes.add(worker.residentBytes() >> 20);
                tenth++;
            }
            Thread.sleep(50);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "rate: %,d events of %d bytes, %.0f events/s; the worker's memory at each tenth, MiB: %s%n",
                EVENTS, BODY.length, (EVENTS - before) / seconds, mebibytes);
    }

    /** Offsets count the markers of transactions, too: a few in a thousand. */
    private static long committed(Admin admin) throws Exception {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        IntStream.range(0, PARTITIONS).forEach(i -> wanted.put(new TopicPartition(HUB, i), OffsetSpec.latest()));
        return admin.listOffsets(wanted).all().get().values().stream()
                .mapToLong(info -> info.offset())
                .sum();
    }

    private static void recover(EventHubsPeer peer, Map<String, Object> kafka) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(i -> new TopicPartition(HUB, i))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            settle(consumer);
            report("a dropped socket", DROPS, peer, consumer, i -> peer.faults().dropSocket(HUB, i));
            report("a stalled link", STALLS, peer, consumer, i -> peer.faults().stall(HUB, i));
        }
    }

    /** Events whose transaction was open still may come. */
    private static void settle(KafkaConsumer<byte[], byte[]> consumer) {
        while (!consumer.poll(Duration.ofSeconds(2)).isEmpty()) {
            // until none comes
        }
    }

    /** From a fault to the commit of the event that came just after it. */
    private static void report(
            String what,
            int times,
            EventHubsPeer peer,
            KafkaConsumer<byte[], byte[]> consumer,
            IntUnaryOperator fault) {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            for (int each = 0; each < PARTITIONS; each++) {
                awaitReader(peer, each);
                send(peer, consumer, each); // all are at work
            }
            int partition = i % PARTITIONS;
            awaitReader(peer, partition);
            assertThat(fault.applyAsInt(partition)).isEqualTo(1);
            long struck = System.nanoTime();
            send(peer, consumer, partition);
            millis.add((System.nanoTime() - struck) / 1_000_000);
        }
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf("committed after %s: median %d ms of %s%n", what, sorted.get(times / 2), sorted);
    }

    private static void awaitReader(EventHubsPeer peer, int partition) {
        while (peer.readers(HUB, partition) == 0) {
            Thread.onSpinWait();
        }
    }

    /** Sends an event, and waits for its commit. */
    private static void send(EventHubsPeer peer, KafkaConsumer<byte[], byte[]> consumer, int partition) {
        peer.put(HUB, partition, null, BODY, Map.of());
        boolean come = false;
        while (!come) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                come |= record.partition() == partition;
            }
        }
    }
}
