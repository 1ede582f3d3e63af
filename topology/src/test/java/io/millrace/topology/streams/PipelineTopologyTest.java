package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.text;
import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.scorers.testing.FakeScorer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PipelineTopologyTest {
    private static final String YAML = """
            pipeline: pumps
            source: {topic: telemetry, device: /d, time: /t}
            model:
              name: m
              uri: fake.onnx
              inputs: {features: [/a]}
            alerts:
              - {name: wear, when: score > 0.9, for: 2 of 3, clear: score < 0.5, severity: critical}
            """;
    private static final String SHA256 = "0".repeat(64);

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path stateDir;

    private final FakeScorer fake = FakeScorer.of(1, 16, (in, out) -> out[0][0] = in[0][0]);
    private final List<AutoCloseable> open = new ArrayList<>();

    /** The driver hands records over without a poll: each is scored alone. */
    private TopologyTestDriver driver(String yaml) {
        PipelineTopology pipeline = new PipelineTopology(Fixtures.config(yaml), fake, Fixtures.METER);
        open.add(pipeline);
        TopologyTestDriver driver = Fixtures.driver(pipeline.build(), stateDir, Instant.now());
        open.add(0, driver);
        return driver;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver) {
        return driver.createInputTopic("telemetry", new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static List<TestRecord<byte[], byte[]>> read(TopologyTestDriver driver, String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static List<String> values(List<TestRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> text(record.value())).toList();
    }

    private static String json(String device, long time, @Nullable Object a) {
        return "{\"d\":\"" + device + "\",\"t\":" + time + ",\"a\":" + a + "}";
    }

    private static void pipe(TopologyTestDriver driver, long timestamp, String value, String... headers) {
        Headers with = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            with.add(headers[i], utf8(headers[i + 1]));
        }
        input(driver).pipeInput(new TestRecord<>(utf8("k"), utf8(value), with, timestamp));
    }

    private static Map<String, String> headers(TestRecord<?, ?> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers().forEach(header -> assertThat(headers.put(header.key(), text(header.value())))
                .as("given once: %s", header.key())
                .isNull());
        return headers;
    }

    @Test
    void aRecordBecomesAPredictionOfItsDevice() {
        // Given
        TopologyTestDriver driver = driver(YAML);

        // When
        pipe(driver, 1005, json("p1", 1000, 0.25), "traceparent", "00-abc", "other", "x");

        // Then
        TestRecord<byte[], byte[]> out = read(driver, "predictions").get(0);
        assertThat(text(out.key())).isEqualTo("p1");
        assertThat(text(out.value()))
                .isEqualTo("{\"device\":\"p1\",\"time\":1000,\"model\":\"m\",\"sha256\":\"" + SHA256
                        + "\",\"provider\":\"CPU\",\"scores\":{\"score\":0.25},\"quality\":\"OK\","
                        + "\"source\":{\"topic\":\"telemetry\",\"partition\":0,\"offset\":0}}");
        assertThat(out.timestamp()).as("the record's, not the event's").isEqualTo(1005);
        assertThat(headers(out)).containsOnly(Map.entry("traceparent", "00-abc"));
        assertThat(read(driver, "alerts")).isEmpty();
        assertThat(read(driver, "dead-letters")).isEmpty();
    }

    @Test
    void aPredictionIsACloudEventWhereThatIsAskedFor() {
        // Given
        TopologyTestDriver driver = driver(YAML + "topics: {cloud-events: all}\n");

        // When
        pipe(driver, 1005, json("p1", 1000, 0.25), "traceparent", "00-abc");

        // Then
        assertThat(headers(read(driver, "predictions").get(0)))
                .containsOnlyKeys("ce_specversion", "ce_type", "ce_source", "ce_id", "content-type", "traceparent")
                .containsEntry("ce_type", "io.millrace.prediction.v1")
                .containsEntry("ce_id", "telemetry-0-0");
    }

    @Test
    void anAlertIsToldOnceWhenRaisedAndOnceWhenCleared() throws Exception {
        // Given
        TopologyTestDriver driver = driver(YAML);

        // When
        double[] scores = {1, 0, 1, 1, 1, 0.7, 0.1, 0.7, 0.1, 0.1, 1, 1};
        for (int i = 0; i < scores.length; i++) {
            pipe(driver, 2000 + i, json("p", 1000 + i, scores[i]), "traceparent", "t" + i);
            pipe(driver, 2000 + i, json("calm", 1000 + i, 0));
        }

        // Then
        List<TestRecord<byte[], byte[]>> alerts = read(driver, "alerts");
        List<String> told = new ArrayList<>();
        for (TestRecord<byte[], byte[]> alert : alerts) {
            JsonNode json = new ObjectMapper().readTree(alert.value());
            assertThat(text(alert.key())).isEqualTo("p/wear");
            assertThat(headers(alert))
                    .containsEntry("traceparent", "t" + (json.get("time").intValue() - 1000))
                    .containsEntry("ce_type", "io.millrace.alert.v1")
                    .containsEntry("ce_id", "p/wear/" + json.get("revision"));
            told.add(json.get("state").textValue() + " " + json.get("time") + " since " + json.get("since")
                    + " revision " + json.get("revision"));
        }
        assertThat(told)
                .containsExactly(
                        "FIRING 1002 since 1000 revision 1",
                        "RESOLVED 1008 since 1000 revision 2",
                        "FIRING 1011 since 1010 revision 3");
        assertThat(read(driver, "predictions")).hasSize(2 * scores.length);
    }

    @Test
    void anEventThatCannotBeJudgedMovesNoAlert() {
        TopologyTestDriver driver = driver(YAML.replace("2 of 3", "2 of 2"));

        pipe(driver, 1, json("p", 1, 1));
        pipe(driver, 2, json("p", 2, null));
        assertThat(read(driver, "alerts")).isEmpty();
        pipe(driver, 3, json("p", 3, 1));

        assertThat(read(driver, "alerts")).hasSize(1);
        assertThat(values(read(driver, "predictions")).get(1))
                .contains("\"scores\":{},\"quality\":\"INSUFFICIENT\",\"reason\":\"missing /a\"");
    }

    @Test
    void badRecordsAreDeadLettersAndStopNobody() {
        // Given
        TopologyTestDriver driver = driver(YAML);
        fake.failWhen(inputs -> inputs[0][0] == 13);

        // When
        pipe(driver, 7, "{\"d\":\"p\",\"t\":1}", "traceparent", "t", "mine", "kept");
        pipe(driver, 8, json("p", 1, 13));
        pipe(driver, 9, json("p", 1, 1));

        // Then
        List<TestRecord<byte[], byte[]>> letters = read(driver, "dead-letters");
        assertThat(values(letters)).containsExactly("{\"d\":\"p\",\"t\":1}", json("p", 1, 13));
        assertThat(text(letters.get(0).key())).isEqualTo("k");
        assertThat(letters.get(0).timestamp()).isEqualTo(7);
        assertThat(headers(letters.get(0)))
                .containsEntry("millrace-stage", "decode")
                .containsEntry("millrace-reason", "missing-field")
                .containsEntry("millrace-field", "/a")
                .containsEntry("millrace-topic", "telemetry")
                .containsEntry("millrace-partition", "0")
                .containsEntry("millrace-offset", "0")
                .containsEntry("millrace-timestamp", "7")
                .containsEntry("traceparent", "t")
                .containsEntry("mine", "kept")
                .containsKey("millrace-detail");
        assertThat(headers(letters.get(1)))
                .containsEntry("millrace-stage", "score")
                .containsEntry("millrace-reason", "model-failed")
                .containsEntry("millrace-detail", "the fake fails as told")
                .doesNotContainKey("millrace-field");
        assertThat(read(driver, "predictions")).hasSize(1);
    }

    @Test
    void aSourceThatIsNotPartitionedByDeviceIsRepartitionedAndStillNamed() {
        // Given
        TopologyTestDriver driver = driver(YAML.replace("time: /t", "time: /t, repartition: true"));
        pipe(driver, 4, "{", "mine", "kept");

        // When
        pipe(driver, 5, json("p", 5, 0.5), "traceparent", "t", "millrace-source", "9/9/forged");

        // Then
        TestRecord<byte[], byte[]> prediction = read(driver, "predictions").get(0);
        assertThat(text(prediction.key())).isEqualTo("p");
        assertThat(text(prediction.value()))
                .contains("\"source\":{\"topic\":\"telemetry\",\"partition\":0,\"offset\":1}");
        assertThat(headers(prediction)).containsEntry("traceparent", "t").doesNotContainKey("millrace-source");
        TestRecord<byte[], byte[]> letter = read(driver, "dead-letters").get(0);
        assertThat(text(letter.key())).isEqualTo("k");
        assertThat(headers(letter))
                .containsEntry("millrace-stage", "decode")
                .containsEntry("millrace-offset", "0")
                .containsEntry("mine", "kept");
    }

    /** It once had the device for a key, and a header that is the pipeline's own business. */
    @Test
    void aDeadLetterFromBehindTheRepartitionTopicIsTheRecordAsItCame() {
        // Given
        TopologyTestDriver driver = driver(YAML.replace("time: /t", "time: /t, repartition: true"));
        fake.failWhen(inputs -> inputs[0][0] == 13);

        // When
        pipe(driver, 5, json("p", 5, 13), "traceparent", "t", "millrace-source", "the/user's/own");
        input(driver).pipeInput(new TestRecord<>(null, utf8(json("q", 6, 13)), new RecordHeaders(), 6L));
        input(driver).pipeInput(new TestRecord<>(utf8("a/b"), utf8(json("r", 7, 13)), new RecordHeaders(), 7L));

        // Then
        List<TestRecord<byte[], byte[]>> letters = read(driver, "dead-letters");
        assertThat(letters).extracting(letter -> text(letter.key())).containsExactly("k", "null", "a/b");
        assertThat(headers(letters.get(0)))
                .containsEntry("millrace-stage", "score")
                .containsEntry("millrace-topic", "telemetry")
                .containsEntry("millrace-offset", "0")
                .containsEntry("traceparent", "t")
                .containsEntry("millrace-source", "the/user's/own");
        assertThat(headers(letters.get(1)))
                .containsEntry("millrace-offset", "1")
                .doesNotContainKey("millrace-source");
    }

    @Test
    void aStatefulPipelineRemembersItsDevices() {
        TopologyTestDriver driver = driver(YAML.replace("[/a]", "[{field: /a, delta: 2}]"));

        for (int i = 0; i < 5; i++) {
            pipe(driver, i, json("p", i, i * i));
            pipe(driver, i, json("q", i, 0));
        }

        List<String> ofP = values(read(driver, "predictions")).stream()
                .filter(value -> value.contains("\"p\""))
                .toList();
        assertThat(ofP.get(1)).contains("history: the device must have had 2 events, got: 1");
        assertThat(ofP.get(2)).contains("\"scores\":{\"score\":4}");
        assertThat(ofP.get(4)).contains("\"scores\":{\"score\":12}");
    }

    @Test
    void aRecordWithoutATimestampIsAsOldAsTheOneBefore() {
        // as the driver refuses to pipe one, by hand
        ConsumerRecord<Object, Object> without = new ConsumerRecord<>(
                "t", 0, 0, -1, TimestampType.CREATE_TIME, 0, 0, "k", "v", new RecordHeaders(), Optional.empty());
        ConsumerRecord<Object, Object> with = new ConsumerRecord<>(
                "t", 0, 0, 7, TimestampType.CREATE_TIME, 0, 0, "k", "v", new RecordHeaders(), Optional.empty());

        assertThat(PipelineTopology.timestamp(without, 1000)).isEqualTo(1000);
        assertThat(PipelineTopology.timestamp(without, -1)).isZero();
        assertThat(PipelineTopology.timestamp(with, 1000)).isEqualTo(7);
    }

    @Test
    void outputTopicsAreThoseConfigured() {
        TopologyTestDriver driver = driver(YAML + "topics: {predictions: x, alerts: y, dead-letters: z}\n");

        pipe(driver, 1, json("p", 1, 1));
        pipe(driver, 2, json("p", 2, 1));
        pipe(driver, 3, "");

        assertThat(List.of(
                        read(driver, "x").size(),
                        read(driver, "y").size(),
                        read(driver, "z").size()))
                .containsExactly(2, 1, 1);
    }

    @Test
    void propertiesAreThePipelinesOwnAndDefaultsWhereNothingIsSaid() {
        try (PipelineTopology pipeline = new PipelineTopology(Fixtures.config(YAML), fake, Fixtures.METER)) {
            Map<String, Object> bare = new HashMap<>();
            Map<String, Object> prefixed = new HashMap<>(Map.of("producer.linger.ms", "7"));
            Map<String, Object> plain = new HashMap<>(Map.of("linger.ms", "7"));
            List.of(bare, prefixed, plain).forEach(pipeline::configure);

            assertThat(bare)
                    .containsEntry("application.id", "pumps")
                    .containsEntry("processing.guarantee", "exactly_once_v2")
                    .containsEntry("producer.batch.size", 65_536)
                    .containsEntry("main.consumer.interceptor.classes", List.of(LookAheadInterceptor.class.getName()));
            assertThat(prefixed).containsEntry("producer.linger.ms", "7");
            assertThat(plain).containsEntry("linger.ms", "7").doesNotContainKey("producer.linger.ms");
        }
        try (PipelineTopology pipeline =
                new PipelineTopology(Fixtures.config(YAML + "guarantee: at_least_once\n"), fake, Fixtures.METER)) {
            Map<String, Object> properties = new HashMap<>();
            pipeline.configure(properties);
            assertThat(properties).containsEntry("processing.guarantee", "at_least_once");
        }
    }
}
