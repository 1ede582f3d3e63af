package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Run by nobody unasked, since it takes minutes: the sink in a worker that is killed (SIGKILL) again and again, while the
 * hub drops connections, is busy, and leaves senders without an answer. Nothing may be missing, and each key's first
 * times must be in order. {@code -Dit.test=SinkChaos -Dchaos.events=20000 -Dchaos.kills=3
 * -Dchaos.partitioning=hash}
 */
class SinkChaos {
    private static final String HUB = "chaos";
    private static final int PARTITIONS = 4;
    private static final int KEYS = 50;
    private static final int EVENTS = Integer.getInteger("chaos.events", 20_000);
    private static final int KILLS = Integer.getInteger("chaos.kills", 3);
    private static final int FAULTS_PER_LIFE = 8;

    @Test
    void nothingIsMissingAndEachKeyKeepsItsOrder(@TempDir Path directory) throws Exception {
        Random random = new Random(Long.getLong("chaos.seed", 1));
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory));
                EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, PARTITIONS)))) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            Topics.ensure(kafka, List.of(TopicSpec.of(HUB, PARTITIONS)));
            Map<String, String> connector = Map.of(
                    "connector.class",
                    EventHubsSinkConnector.class.getName(),
                    "topics",
                    HUB,
                    "tasks.max",
                    "2",
                    "consumer.override.session.timeout.ms",
                    "6000",
                    "consumer.override.max.poll.records",
                    "50",
                    "eventhubs.connection.string",
                    peer.connectionString(),
                    "eventhubs.hub",
                    HUB,
                    "eventhubs.partitioning",
                    System.getProperty("chaos.partitioning", "key"),
                    "eventhubs.backoff.ms",
                    "20",
                    "eventhubs.timeout.ms",
                    "2000");
            int perLife = EVENTS / (KILLS + 1);
            int all = perLife * (KILLS + 1);
            for (int life = 0; life <= KILLS; life++) {
                ChildWorker worker = ChildWorker.start(broker.bootstrapServers(), connector);
                try {
                    long before = there(peer);
                    for (int part = 0; part < FAULTS_PER_LIFE; part++) {
                        int from = life * perLife + part * perLife / FAULTS_PER_LIFE;
                        send(kafka, from, life * perLife + (part + 1) * perLife / FAULTS_PER_LIFE);
                        if (part == 0) {
                            await().atMost(Duration.ofMinutes(2)).until(() -> there(peer) > before);
                        }
                        inject(peer, random);
                    }
                    if (life == KILLS) {
                        await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> verify(peer, all));
                    }
                } finally {
                    worker.kill();
                }
            }
            System.out.printf(
                    "%d events, %d kills, %d faults: all there, %d came twice%n",
                    all, KILLS, FAULTS_PER_LIFE * (KILLS + 1), there(peer) - all);
        }
    }

    private static void inject(EventHubsPeer peer, Random random) throws InterruptedException {
        switch (random.nextInt(3)) {
            case 0 -> peer.faults().dropAll();
            case 1 -> peer.faults().serverBusy(HUB, Duration.ofMillis(300));
            default -> {
                peer.faults().mute(HUB, true);
                Thread.sleep(random.nextInt(500));
                peer.faults().mute(HUB, false);
            }
        }
    }

    private static void send(Map<String, Object> kafka, int from, int to) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = from; i < to; i++) {
                sent.add(producer.send(new ProducerRecord<>(
                        HUB,
                        ("pump-" + i % KEYS).getBytes(UTF_8),
                        Integer.toString(i).getBytes(UTF_8))));
            }
            for (Future<?> each : sent) {
                each.get();
            }
        }
    }

    private static long there(EventHubsPeer peer) {
        long all = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            all += peer.last(HUB, partition) + 1;
        }
        return all;
    }

    private static void verify(EventHubsPeer peer, int events) {
        Map<String, LinkedHashSet<Integer>> byKey = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (Message event : peer.events(HUB, partition, 0)) {
                String key = String.valueOf(
                        event.getMessageAnnotations().getValue().get(Symbol.valueOf("x-opt-partition-key")));
                byKey.computeIfAbsent(key, any -> new LinkedHashSet<>())
                        .add(Integer.valueOf(
                                UTF_8.decode(((Data) event.getBody()).getValue().asByteBuffer())
                                        .toString()));
            }
        }
        assertThat(byKey.values().stream().mapToInt(LinkedHashSet::size).sum()).isEqualTo(events);
        assertThat(byKey.values())
                .allSatisfy(numbers -> assertThat(List.copyOf(numbers)).isSorted());
    }
}
