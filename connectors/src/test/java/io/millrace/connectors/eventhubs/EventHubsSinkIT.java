package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import io.millrace.connectors.worker.ConnectorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the embedded broker through the embedded worker to the peer. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventHubsSinkIT {
    private static final int KEYS = 10;

    private final EventHubsPeer peer;
    private final SourceRig rig;
    private final KafkaProducer<byte[], byte[]> producer;

    EventHubsSinkIT(@TempDir Path directory) throws Exception {
        peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of("out", 3)));
        rig = SourceRig.start(directory);
        producer = new KafkaProducer<>(rig.kafka(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    void stop() {
        producer.close();
        rig.close();
        peer.close();
    }

    private void send(int from, int to) throws Exception {
        List<Future<?>> sent = new ArrayList<>();
        for (int i = from; i < to; i++) {
            sent.add(producer.send(new ProducerRecord<>("out", bytes("pump-" + i % KEYS), bytes(Integer.toString(i)))));
        }
        for (Future<?> each : sent) {
            each.get();
        }
    }

    private void sink(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "eventhubs.connection.string", peer.connectionString() + "EntityPath=out",
                "eventhubs.backoff.ms", "20",
                "eventhubs.timeout.ms", "5000",
                "topics", "out",
                "tasks.max", "2",
                "errors.tolerance", "all",
                "errors.deadletterqueue.topic.name", "undelivered",
                "errors.deadletterqueue.topic.replication.factor", "1",
                "errors.deadletterqueue.context.headers.enable", "true"));
        config.putAll(more);
        rig.run("out", EventHubsSinkConnector.class, config);
    }

    private Map<String, List<String>> byKey() {
        Map<String, List<String>> found = new HashMap<>();
        for (int partition = 0; partition < 3; partition++) {
            for (Message event : peer.events("out", partition, 0)) {
                String key = String.valueOf(
                        event.getMessageAnnotations().getValue().get(Symbol.valueOf("x-opt-partition-key")));
                found.computeIfAbsent(key, any -> new ArrayList<>())
                        .add(UTF_8.decode(((Data) event.getBody()).getValue().asByteBuffer())
                                .toString());
            }
        }
        return found;
    }

    private void awaitEvents(int to) {
        await().atMost(SourceRig.PATIENCE).untilAsserted(() -> {
            Map<String, List<String>> found = byKey();
            for (int key = 0; key < KEYS; key++) {
                int own = key;
                assertThat(new LinkedHashSet<>(found.getOrDefault("pump-" + key, List.of())))
                        .containsExactlyElementsOf(IntStream.range(0, to)
                                .filter(i -> i % KEYS == own)
                                .mapToObj(Integer::toString)
                                .toList());
            }
        });
    }

    @Test
    void everythingArrivesInOrderThroughFaultsAndARestart() throws Exception {
        rig.topic("out", 2);
        rig.topic("undelivered", 1);
        sink(Map.of());
        send(0, 500);
        awaitEvents(500);

        // When
        peer.faults().dropAll();
        send(500, 1_000);
        peer.faults().serverBusy("out", java.time.Duration.ofMillis(500));
        producer.send(new ProducerRecord<>("out", bytes("large"), new byte[1_040_000]))
                .get();
        send(1_000, 1_200);

        // Then
        awaitEvents(1_200);
        ConsumerRecord<byte[], byte[]> dead = rig.read(1, "undelivered").get(0);
        assertThat(dead.value()).hasSize(1_040_000);
        assertThat(new String(
                        dead.headers()
                                .lastHeader("__connect.errors.exception.message")
                                .value(),
                        UTF_8))
                .contains("limit of 1048576 bytes", "a value of 1040000 bytes");

        // When
        rig.restartWorker();
        send(1_200, 1_500);

        // Then
        awaitEvents(1_500);
        assertThat(rig.worker().client().status("out").isRunning()).isTrue();
    }

    @Test
    void connectItselfFindsWhatIsWrong() {
        assertThat(problems(Map.of())).containsOnlyKeys("eventhubs.connection.string", "eventhubs.hub");
        assertThat(problems(Map.of(
                        "eventhubs.connection.string", "Endpoint=sb://x/;SharedAccessKeyName=a",
                        "eventhubs.partitioning", "partition",
                        "eventhubs.headers", "some",
                        "eventhubs.in.flight", "0",
                        "eventhubs.timeout.ms", "1")))
                .containsOnlyKeys(
                        "eventhubs.connection.string",
                        "eventhubs.partitioning",
                        "eventhubs.headers",
                        "eventhubs.in.flight",
                        "eventhubs.timeout.ms")
                .satisfies(found -> assertThat(found.toString())
                        .contains("must have SharedAccessKeyName and SharedAccessKey", "such as partition:0"));
        assertThat(problems(Map.of(
                        "eventhubs.namespace", "x.servicebus.windows.net",
                        "eventhubs.connection.string", peer.connectionString(),
                        "eventhubs.hub", "out")))
                .containsOnlyKeys("eventhubs.connection.string");
    }

    private Map<String, List<String>> problems(Map<String, String> config) {
        Map<String, String> all = new HashMap<>(config);
        all.put("connector.class", EventHubsSinkConnector.class.getName());
        all.put("topics", "out");
        return rig.worker().client().validate(new ConnectorSpec("bad", all));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
