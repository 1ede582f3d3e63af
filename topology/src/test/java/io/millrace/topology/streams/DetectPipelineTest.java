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
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Detectors in a whole pipeline: on predictions and as names in alert rules. */
@Timeout(60)
class DetectPipelineTest {
    private static final String YAML = """
            pipeline: pumps
            source: {topic: telemetry, device: /d, time: /t}
            model:
              name: m
              uri: fake.onnx
              inputs: {features: [/a]}
            quality: {fields: {/a: {max: 1000}}}
            detect:
              - {name: odd-b, on: /b}
              - {name: high, on: score, method: robust-z, over: 32, gate: 1 in 100000, refractory: 5}
              - {name: either, of: [odd-b, high], method: least, gate: none, budget: 5 per day per 1000 devices}
            alerts:
              - {name: odd, when: odd-b > 0.9}
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path stateDir;

    @SuppressWarnings("NullAway.Init") // in open()
    private PipelineTopology pipeline;

    @SuppressWarnings("NullAway.Init") // in open()
    private TopologyTestDriver driver;

    @BeforeEach
    void open() {
        FakeScorer fake = FakeScorer.of(1, 16, (in, out) -> out[0][0] = in[0][0]);
        pipeline = new PipelineTopology(Fixtures.config(YAML), fake, Fixtures.METER);
        driver = Fixtures.driver(pipeline.build(), stateDir, Instant.now());
    }

    @AfterEach
    void close() {
        driver.close();
        pipeline.close();
    }

    private void pipe(int time, String rest) {
        driver.createInputTopic("telemetry", new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(
                        utf8("k"), utf8("{\"d\":\"p1\",\"t\":" + time + "," + rest + "}"), null, (long) time));
    }

    private List<JsonNode> read(String topic) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : driver.createOutputTopic(
                        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()) {
            all.add(JSON.readTree(text(record.value())));
        }
        return all;
    }

    @Test
    void whatIsOddForItsDeviceIsOnThePredictionAndRaisesAnAlert() throws Exception {
        // Given: a rhythm in both
        for (int i = 0; i < 200; i++) {
            pipe(i, "\"a\":" + i % 5 + ",\"b\":" + i % 7);
        }

        // When: one is odd, then the other
        pipe(200, "\"a\":2,\"b\":1000");
        pipe(201, "\"a\":900,\"b\":3");

        // Then
        List<JsonNode> predictions = read("predictions");
        assertThat(predictions).hasSize(202);
        assertThat(predictions.subList(0, 200)).allSatisfy(prediction -> {
            assertThat(prediction.at("/scores/odd-b").asDouble()).isZero();
            assertThat(prediction.at("/scores/high").asDouble()).isZero();
        });
        JsonNode odd = predictions.get(200);
        assertThat(odd.at("/scores").fieldNames())
                .toIterable()
                .containsExactly("score", "odd-b", "high", "either", "either.strictness");
        assertThat(odd.at("/scores/score").asDouble()).isEqualTo(2);
        assertThat(odd.at("/scores/odd-b").asDouble()).isGreaterThan(0.999);
        assertThat(odd.at("/scores/high").asDouble()).isZero();
        JsonNode high = predictions.get(201);
        assertThat(high.at("/scores/odd-b").asDouble()).isZero();
        assertThat(high.at("/scores/high").asDouble()).isGreaterThan(0.99999);
        assertThat(high.at("/scores/either.strictness").asDouble()).isGreaterThan(1);

        // And
        assertThat(read("alerts").get(0).at("/rule").asText()).isEqualTo("odd");
    }

    @Test
    void whatCannotBeJudgedMovesNoDetectorAndAMissingFieldIsNoValue() throws Exception {
        // Given
        for (int i = 0; i < 100; i++) {
            pipe(i, "\"a\":" + i % 5 + ",\"b\":" + i % 7);
        }

        // When
        pipe(100, "\"a\":5000,\"b\":1000");
        pipe(101, "\"a\":1");
        pipe(102, "\"a\":2,\"b\":\"none\"");
        pipe(103, "\"a\":2,\"b\":1000");
        pipe(104, "\"b\":5");

        // Then
        List<JsonNode> predictions = read("predictions");
        assertThat(predictions.get(100).at("/quality").asText()).isEqualTo("INSUFFICIENT");
        assertThat(predictions.get(100).at("/scores")).isEmpty();
        assertThat(predictions.get(101).at("/scores/odd-b").asDouble()).isZero();
        assertThat(predictions.get(102).at("/scores/odd-b").asDouble()).isZero();
        assertThat(predictions.get(103).at("/scores/odd-b").asDouble())
                .as("seen for the first time, for all that the detector knows")
                .isGreaterThan(0.999);
        assertThat(driver.createOutputTopic("dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                        .readRecordsToList())
                .as("a field of the model is required")
                .hasSize(1);
    }
}
