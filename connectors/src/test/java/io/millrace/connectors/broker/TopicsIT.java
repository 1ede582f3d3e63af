package io.millrace.connectors.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicsIT {
    private final EmbeddedBroker broker;
    private final Map<String, Object> admin;

    TopicsIT(@TempDir Path directory) {
        broker = EmbeddedBroker.start(BrokerOptions.in(directory));
        admin = Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    @Test
    void createsWhatIsMissingAndLeavesTheRestAlone() {
        // Given
        List<TopicSpec> wanted = List.of(TopicSpec.of("telemetry", 3), TopicSpec.compacted("alerts", 2));

        // Then
        assertThat(Topics.ensure(admin, wanted)).isEmpty();
        assertThat(Topics.ensure(admin, wanted)).isEmpty();
        assertThat(Topics.ensure(admin, List.of(TopicSpec.of("telemetry", 2)))).isEmpty();
    }

    /** A partition that refuses the first of a new producer's batches and takes the second never gets the first. */
    @Test
    void newTopicsTakeRecordsAtOnce() {
        for (int round = 0; round < 10; round++) {
            // Given
            String topic = "new-" + round;
            Topics.ensure(admin, List.of(TopicSpec.of(topic, 8)));
            Map<String, Object> properties = new HashMap<>(admin);
            properties.put("batch.size", 0);
            properties.put("retries", 0);
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
                for (int partition = 0; partition < 8; partition++) {
                    // When
                    Future<RecordMetadata> sent =
                            producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {1}));

                    // Then
                    assertThat(sent).succeedsWithin(Duration.ofSeconds(30));
                }
            }
        }
    }

    @Test
    void saysHowExistingTopicsDiffer() {
        // Given
        Topics.ensure(
                admin,
                List.of(
                        TopicSpec.of("narrow", 1),
                        new TopicSpec("both", 1, Map.of("cleanup.policy", "compact,delete"))));

        // When
        List<String> mismatches = Topics.ensure(
                admin,
                List.of(
                        TopicSpec.compacted("narrow", 4),
                        new TopicSpec("both", 1, Map.of("cleanup.policy", "delete,compact", "no.such", "1"))));

        // Then
        assertThat(mismatches)
                .containsExactly(
                        "topic both must have no.such=1, got: no such setting",
                        "topic narrow must have at least 4 partitions, got: 1",
                        "topic narrow must have cleanup.policy=compact, got: delete");
    }

    @Test
    void refusesATopicWithMorePartitionsThanItMayHave() {
        Topics.ensure(admin, List.of(TopicSpec.compacted("desk", 1).exact(), TopicSpec.compacted("wide", 3)));

        assertThatThrownBy(() -> Topics.ensure(
                        admin,
                        List.of(
                                TopicSpec.compacted("desk", 1).exact(),
                                TopicSpec.compacted("wide", 1).exact())))
                .isInstanceOf(BrokerException.class)
                .hasMessage(
                        "topic wide must have exactly 1 partition, got: 3; name another topic, or delete this one and"
                                + " make it anew");
        assertThat(Topics.partitions(admin, "wide")).isEqualTo(3);
        assertThatThrownBy(() -> Topics.partitions(admin, "none")).hasMessageContaining("topic none must exist");
    }

    @Test
    void saysWhyATopicCannotBeCreated() {
        assertThatThrownBy(() -> Topics.ensure(admin, List.of(TopicSpec.of("not/a/name", 1))))
                .isInstanceOf(BrokerException.class)
                .hasMessageStartingWith(
                        "topic not/a/name cannot be used on " + broker.bootstrapServers() + " (InvalidTopicException");
        assertThatThrownBy(
                        () -> Topics.ensure(admin, List.of(new TopicSpec("odd", 1, Map.of("cleanup.policy", "shred")))))
                .hasMessageStartingWith("topic odd cannot be created on " + broker.bootstrapServers())
                .hasMessageContaining("shred");
    }

    @Test
    void saysWhenNobodyAnswersInTime() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + mute.getLocalPort();

            assertThatThrownBy(() -> Topics.ensure(
                            Map.of("bootstrap.servers", address),
                            List.of(TopicSpec.of("telemetry", 1)),
                            Duration.ofMillis(300)))
                    .isInstanceOf(BrokerException.class)
                    .hasMessage("bootstrap.servers must name brokers that answer within 300 ms, got: " + address
                            + "; check the address, the network and security.protocol");
        }
    }

    @Test
    void saysWhenAnAddressCannotBeResolved() {
        assertThatThrownBy(() -> Topics.ensure(
                        Map.of("bootstrap.servers", "no-such-host.invalid:9092"),
                        List.of(TopicSpec.of("telemetry", 1))))
                .isInstanceOf(BrokerException.class)
                .hasMessageStartingWith("bootstrap.servers must be HOST:PORT of brokers")
                .hasMessageContaining("no-such-host.invalid:9092");
    }

    @Test
    void refusesATopicWithoutPartitions() {
        assertThatThrownBy(() -> TopicSpec.of("telemetry", 0))
                .hasMessage("topic telemetry must have at least 1 partition, got: 0");
        assertThatThrownBy(() -> TopicSpec.of(" ", 1)).hasMessage("topic name must not be blank");
    }
}
