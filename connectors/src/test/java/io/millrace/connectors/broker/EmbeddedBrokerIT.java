package io.millrace.connectors.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Exit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EmbeddedBrokerIT {
    private static final TopicPartition TELEMETRY = new TopicPartition("telemetry", 0);

    private final Path directory;

    EmbeddedBrokerIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void keepsTopicsRecordsAndOffsetsAcrossARestartOnAnotherPort() throws Exception {
        // Given
        String firstAddress;
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory))) {
            firstAddress = broker.bootstrapServers();
            Topics.ensure(admin(broker), List.of(TopicSpec.of("telemetry", 1)));
            try (KafkaProducer<String, String> producer = producer(broker)) {
                producer.initTransactions();
                producer.beginTransaction();
                send(producer, "kept");
                producer.sendOffsetsToTransaction(
                        Map.of(TELEMETRY, new OffsetAndMetadata(1)),
                        consumer(broker).groupMetadata());
                producer.commitTransaction();
                producer.beginTransaction();
                send(producer, "taken back");
                producer.abortTransaction();
            }
        }

        // When
        int otherPort = freePort();
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(BrokerOptions.in(directory).withPort(otherPort))) {

            // Then
            assertThat(broker.bootstrapServers())
                    .isEqualTo("127.0.0.1:" + otherPort)
                    .isNotEqualTo(firstAddress);
            assertThat(Topics.ensure(admin(broker), List.of(TopicSpec.of("telemetry", 1))))
                    .isEmpty();
            assertThat(values(broker, 1)).containsExactly("kept");
            try (KafkaConsumer<String, String> consumer = consumer(broker)) {
                assertThat(consumer.committed(Set.of(TELEMETRY))).containsEntry(TELEMETRY, new OffsetAndMetadata(1));
            }
        }
    }

    @Test
    void recoversAfterAKillOnTheSamePort() throws Exception {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory))) {
            String address = broker.bootstrapServers();
            Topics.ensure(admin(broker), List.of(TopicSpec.of("telemetry", 1)));
            try (KafkaProducer<String, String> producer = producer(broker)) {
                producer.initTransactions();
                producer.beginTransaction();
                send(producer, "before");
                producer.commitTransaction();

                // When
                broker.kill();
                assertThat(directory.resolve(".kafka_cleanshutdown")).doesNotExist();
                broker.restart();
                producer.beginTransaction();
                send(producer, "after");
                producer.commitTransaction();
            }

            // Then
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(values(broker, 2)).containsExactly("before", "after");
        }
    }

    @Test
    void speaksTheStreamsGroupProtocol() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory));
                Admin admin = Admin.create(admin(broker))) {
            assertThat(admin.describeFeatures().featureMetadata().get().finalizedFeatures())
                    .hasEntrySatisfying("streams.version", range -> assertThat(range.maxVersionLevel())
                            .isPositive());
        }
    }

    @Test
    void saysWhenThePortIsOccupied() throws IOException {
        try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BrokerOptions options = BrokerOptions.in(directory).withPort(occupied.getLocalPort());

            assertThatThrownBy(() -> EmbeddedBroker.start(options))
                    .isInstanceOf(BrokerException.class)
                    .hasMessage("broker port must be free, cannot listen on 127.0.0.1:" + occupied.getLocalPort()
                            + " (Address already in use); stop what uses it, or choose another port, or 0 for any "
                            + "free one");
        }
        DataDirectory.open(directory).close(); // nothing is left locked
    }

    @Test
    void saysWhenTheHostIsNotOfThisMachine() {
        assertThatThrownBy(
                        () -> EmbeddedBroker.start(BrokerOptions.in(directory).withHost("no-such-host.invalid")))
                .isInstanceOf(BrokerException.class)
                .hasMessage("broker host must be an address of this machine, got: no-such-host.invalid");
    }

    @Test
    void saysWhichBrokerPropertyIsWrong() {
        assertThatThrownBy(() -> EmbeddedBroker.start(
                        BrokerOptions.in(directory).withProperties(Map.of("num.io.threads", "none"))))
                .isInstanceOf(BrokerException.class)
                .hasMessageStartingWith("broker properties must suit a single node: ")
                .hasMessageContaining("num.io.threads")
                .hasMessageContaining("none");
    }

    @Test
    void saysWhenItsMetadataCannotBeRead() throws IOException {
        // Given
        EmbeddedBroker.start(BrokerOptions.in(directory)).close();
        Files.write(directory.resolve("__cluster_metadata-0/quorum-state"), "{}".getBytes(StandardCharsets.UTF_8));

        // Then
        assertThatThrownBy(() -> EmbeddedBroker.start(BrokerOptions.in(directory)))
                .isInstanceOf(BrokerException.class)
                .hasMessageStartingWith("broker directory must hold the data of a Millrace broker")
                .hasMessageContaining(directory.toString());
        DataDirectory.open(directory).close(); // nothing is left locked
    }

    @Test
    void reportsAFatalFaultInsteadOfEndingTheProcess() {
        // Given
        List<BrokerException> told = new CopyOnWriteArrayList<>();
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(BrokerOptions.in(directory).withOnFault(told::add))) {
            assertThat(broker.fault()).isEmpty();

            // When
            assertThatThrownBy(() -> Exit.halt(1)).isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> Exit.exit(3, "log directory failed")).isInstanceOf(BrokerException.class);

            // Then
            assertThat(told).singleElement().isEqualTo(broker.fault().orElseThrow());
            assertThat(broker.fault().orElseThrow())
                    .hasMessage("the embedded broker at " + directory
                            + " has broken down: it asked the process to exit with status 1");

            // When
            broker.restart();

            // Then
            assertThat(broker.fault()).isEmpty();
        }
    }

    @Test
    void survivesTheLossOfItsDirectory() throws Exception {
        // Given
        Path lost = directory.resolve("lost");
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(lost));
                Admin admin = Admin.create(admin(broker))) {

            // When
            Files.move(lost, directory.resolve("elsewhere"));
            Files.writeString(lost, "in the way");
            admin.createTopics(List.of(new NewTopic("telemetry", 1, (short) 1)))
                    .all()
                    .get();

            // Then
            Awaitility.await().until(() -> broker.fault().isPresent());
        }
    }

    private static Map<String, Object> admin(EmbeddedBroker broker) {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private static KafkaProducer<String, String> producer(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "writer"),
                new StringSerializer(),
                new StringSerializer());
    }

    private static void send(KafkaProducer<String, String> producer, String value) throws Exception {
        RecordMetadata sent = producer.send(new ProducerRecord<>("telemetry", "pump-1", value))
                .get();
        assertThat(sent.hasOffset()).isTrue();
    }

    private static KafkaConsumer<String, String> consumer(EmbeddedBroker broker) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        "reader",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        "false",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static List<String> values(EmbeddedBroker broker, int count) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(broker)) {
            consumer.assign(List.of(TELEMETRY));
            consumer.seekToBeginning(List.of(TELEMETRY));
            while (values.size() < count) {
                for (ConsumerRecord<String, String> row : consumer.poll(Duration.ofMillis(100))) {
                    values.add(row.value());
                }
            }
        }
        return values;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
