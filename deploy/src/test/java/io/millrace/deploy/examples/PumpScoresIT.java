package io.millrace.deploy.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.deploy.demo.FaultSchedule;
import io.millrace.deploy.demo.PumpFleet;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.DoubleDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PumpScoresIT {
    private static final byte[] WORN = ("{\"flow\":10,\"suction\":1,\"pressure\":9,\"speed\":2900,\"current\":40,"
                    + "\"temperature\":95,\"bearing\":99,\"vibration\":30}")
            .getBytes(UTF_8);

    @Test
    void theExampleRunsOnABrokerInBatches(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(folder));
                OnnxScorer scorer = scorer();
                PumpScores pumps = new PumpScores(scorer)) {
            Topics.ensure(
                    Map.of("bootstrap.servers", broker.bootstrapServers()),
                    List.of(TopicSpec.of("readings", 1), TopicSpec.of("anomalies", 1)));
            int sent = send(broker);
            Map<String, Object> properties = new HashMap<>(Map.of(
                    "application.id",
                    "pumps",
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "processing.guarantee",
                    "exactly_once_v2",
                    "state.dir",
                    folder.resolve("state").toString()));
            pumps.lookAhead(properties);

            try (KafkaStreams streams = new KafkaStreams(pumps.topology(), new StreamsConfig(properties))) {
                streams.start();
                List<ConsumerRecord<String, Double>> anomalies = read(broker, 2);

                assertThat(sent).isEqualTo(502);
                assertThat(anomalies).extracting(ConsumerRecord::key).containsExactly("worn", "broken");
                assertThat(anomalies.get(0).value()).isGreaterThan(0.9);
                assertThat(anomalies.get(1).value()).isEqualTo(-1);
            }
        }
    }

    @Test
    void theExampleScoresEachRecordByItselfWhereNobodyLooksAhead() throws Exception {
        try (OnnxScorer scorer = scorer();
                PumpScores pumps = new PumpScores(scorer);
                TopologyTestDriver driver = new TopologyTestDriver(pumps.topology())) {
            TestInputTopic<String, byte[]> readings =
                    driver.createInputTopic("readings", new StringSerializer(), new ByteArraySerializer());
            TestOutputTopic<String, Double> anomalies =
                    driver.createOutputTopic("anomalies", new StringDeserializer(), new DoubleDeserializer());

            readings.pipeInput("worn", WORN);
            readings.pipeInput("pump-000", healthy().read(0, 1_000_000).toJson());

            assertThat(anomalies.readKeyValuesToList()).singleElement().satisfies(anomaly -> {
                assertThat(anomaly.key).isEqualTo("worn");
                assertThat(anomaly.value).isCloseTo(1, within(0.1));
            });
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what does not arrive is missed below
    private static int send(EmbeddedBroker broker) {
        int sent = 0;
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            PumpFleet fleet = healthy();
            for (; sent < 500; sent++) {
                byte[] reading = fleet.read(sent % 10, 1_000_000 + sent * 100L).toJson();
                producer.send(new ProducerRecord<>("readings", PumpFleet.deviceId(sent % 10), reading));
            }
            producer.send(new ProducerRecord<>("readings", "worn", WORN));
            producer.send(new ProducerRecord<>("readings", "broken", "{}".getBytes(UTF_8)));
        }
        return sent + 2;
    }

    private static PumpFleet healthy() {
        return new PumpFleet(10, PumpFleet.DEFAULT_SEED, FaultSchedule.none());
    }

    private static List<ConsumerRecord<String, Double>> read(EmbeddedBroker broker, int wanted) {
        List<ConsumerRecord<String, Double>> records = new ArrayList<>();
        try (KafkaConsumer<String, Double> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new DoubleDeserializer())) {
            TopicPartition partition = new TopicPartition("anomalies", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (records.size() < wanted && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static OnnxScorer scorer() throws Exception {
        try (InputStream model = PumpScoresIT.class.getResourceAsStream("/demo/pump-autoencoder.onnx")) {
            byte[] bytes = Objects.requireNonNull(model).readAllBytes();
            return OnnxScorer.open(
                    ModelFile.of("pump-autoencoder.onnx", bytes),
                    OnnxOptions.defaults().withMaxRows(256));
        }
    }
}
