package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.text;
import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.scorers.testing.FakeScorer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told of devices beside their telemetry, through the whole topology. */
@Timeout(60)
class RegistryTopologyTest {
    private static final long NOW = 1_764_000_000_000L;
    private static final String YAML = """
            pipeline: pumps
            source: {topic: telemetry, device: /d, time: /t}
            model:
              uri: fake.onnx
              inputs: {features: [{field: /a, lag: 1}]}
            detect:
              - {name: odd, on: /a, gate: none, refractory: 0}
            registry:
              twins: device-twins
              changes: twin-changes
              retired: gone
              properties: {site: /tags/site, firmware: /properties/reported/firmware, limit: /tags/limit}
              predictions: true
            alerts:
              - {name: wear, when: score > 0.9, clear: score < 0.5, where: site == 'north'}
              - {name: own-limit, when: /a > limit}
            alerting: {group: [site, model], storm: 3 in 1m}
            """;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path stateDir;

    /** Answers with the device's reading of one event ago. */
    private final FakeScorer fake = FakeScorer.of(1, 16, (in, out) -> out[0][0] = in[0][0]);

    @SuppressWarnings("NullAway.Init") // before each test
    private PipelineTopology pipeline;

    @SuppressWarnings("NullAway.Init") // before each test
    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        pipeline = new PipelineTopology(Fixtures.config(YAML), fake, Fixtures.METER);
        driver = Fixtures.driver(pipeline.build(1), stateDir, Instant.ofEpochMilli(NOW));
    }

    @AfterEach
    void stop() {
        driver.close();
        pipeline.close();
    }

    private void pipe(String topic, @Nullable String key, @Nullable String value) {
        pipe(topic, key, value, new RecordHeaders());
    }

    private void pipe(String topic, @Nullable String key, @Nullable String value, RecordHeaders headers) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(
                        key == null ? null : utf8(key), value == null ? null : utf8(value), headers, NOW));
    }

    private void event(String device, int time, double a) {
        pipe("telemetry", device, "{\"d\":\"" + device + "\",\"t\":" + (NOW + time) + ",\"a\":" + a + "}");
    }

    private List<JsonNode> read(String topic) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : records(topic)) {
            all.add(JSON.readTree(record.value()));
        }
        return all;
    }

    private List<TestRecord<byte[], byte[]>> records(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private List<String> told() throws Exception {
        return read("alerts").stream()
                .map(json -> json.at("/device").asText() + "/"
                        + json.at("/rule").asText() + " " + json.at("/state").asText() + " "
                        + json.at("/cause").asText())
                .toList();
    }

    private static String twin(int version, String site) {
        return "{\"deviceId\":\"p\",\"version\":" + version + ",\"tags\":{\"site\":\"" + site
                + "\"},\"properties\":{\"desired\":{\"$metadata\":{\"$lastUpdated\":\"x\"},\"$version\":1},"
                + "\"reported\":{\"firmware\":\"3.10\",\"$version\":1}}}";
    }

    @Test
    void aRuleHoldsWhereTheTwinSaysSoAndAlertsTellOfIt() throws Exception {
        // Given one device in the north, one in the south, and one of which nothing is known
        pipe("device-twins", "p", twin(1, "north"));
        pipe("device-twins", "q", twin(1, "south"));

        // When
        for (String device : List.of("p", "q", "r")) {
            event(device, 0, 1);
            event(device, 1, 1);
        }

        // Then
        List<JsonNode> alerts = read("alerts");
        assertThat(alerts).hasSize(1);
        assertThat(alerts.get(0).at("/device").asText()).isEqualTo("p");
        assertThat(alerts.get(0).at("/twin")).hasToString("{\"site\":\"north\",\"firmware\":\"3.10\"}");
        assertThat(alerts.get(0).at("/group").asText()).isEqualTo("site=north,model=fake");
        assertThat(alerts.get(0).at("/value").asDouble()).isEqualTo(1);
        assertThat(alerts.get(0).at("/evidence/condition").asText()).isEqualTo("score > 0.9 and site == 'north'");
        assertThat(alerts.get(0).at("/evidence/fields").has("site == 'north'")).isFalse();

        // And
        List<JsonNode> predictions = read("predictions");
        assertThat(predictions).hasSize(6);
        assertThat(predictions.get(0).at("/twin/site").asText()).isEqualTo("north");
        assertThat(predictions.get(5).at("/twin")).hasToString("{}");
    }

    @Test
    void aNumberOfTheTwinIsALimitOfItsOwn() throws Exception {
        pipe("device-twins", "p", "{\"tags\":{\"limit\":5}}");
        event("p", 0, 6);
        event("p", 1, 6);
        assertThat(told()).containsExactly("p/own-limit FIRING raised");

        pipe("twin-changes", "p", "{\"tags\":{\"limit\":7}}");
        event("p", 2, 6);
        assertThat(told()).containsExactly("p/own-limit RESOLVED resolved");

        pipe("twin-changes", "p", "{\"tags\":{\"limit\":\"high\"}}");
        event("p", 3, 600);
        assertThat(told()).as("no number to compare with").isEmpty();
    }

    @Test
    void aChangeMergesAndAnOldOneDoesNot() throws Exception {
        pipe("device-twins", "p", twin(4, "south"));
        pipe("twin-changes", "p", "{\"version\":4,\"tags\":{\"site\":\"west\"}}");
        assertThat(twinOf("p")).isEqualTo("{\"site\":\"south\",\"firmware\":\"3.10\"}");

        pipe("twin-changes", "p", "{\"version\":5,\"tags\":{\"site\":\"north\"}}");
        assertThat(twinOf("p")).isEqualTo("{\"site\":\"north\",\"firmware\":\"3.10\"}");

        pipe("twin-changes", "p", "{\"version\":6,\"properties\":{\"reported\":{\"firmware\":null}}}");
        assertThat(twinOf("p")).isEqualTo("{\"site\":\"north\"}");

        pipe(
                "twin-changes",
                "p",
                "{\"version\":7,\"tags\":{\"limit\":2}}",
                new RecordHeaders(List.of(new RecordHeader("opType", utf8("replaceTwin")))));
        assertThat(twinOf("p")).isEqualTo("{\"limit\":2}");

        pipe("device-twins", "p", null);
        assertThat(twinOf("p")).isEqualTo("{}");
    }

    private String twinOf(String device) throws Exception {
        event(device, 100, 0);
        List<JsonNode> predictions = read("predictions");
        return predictions.get(predictions.size() - 1).at("/twin").toString();
    }

    @Test
    void theAlertEndsWhereItsRuleHoldsNoMore() throws Exception {
        pipe("device-twins", "p", twin(1, "north"));
        event("p", 0, 1);
        event("p", 1, 0.7);
        event("p", 2, 0.7);
        assertThat(told()).containsExactly("p/wear FIRING raised");

        pipe("twin-changes", "p", "{\"version\":2,\"tags\":{\"site\":\"south\"}}");
        event("p", 3, 0.7);

        assertThat(told()).containsExactly("p/wear RESOLVED resolved");
    }

    @Test
    void nothingIsLeftOfARetiredDevice() throws Exception {
        // Given two devices with all kinds of state
        for (String device : List.of("p", "q")) {
            pipe("device-twins", device, twin(1, "north"));
            for (int i = 0; i < 5; i++) {
                event(device, i, 1);
            }
        }
        assertThat(told()).containsExactly("p/wear FIRING raised", "q/wear FIRING raised");
        read("predictions");

        // When
        pipe("gone", "p", null);

        // Then
        JsonNode end = read("alerts").get(0);
        assertThat(end.at("/device").asText()).isEqualTo("p");
        assertThat(end.at("/state").asText()).isEqualTo("RESOLVED");
        assertThat(end.at("/cause").asText()).isEqualTo("device-retired");
        assertThat(end.at("/notify").asBoolean()).isTrue();
        assertThat(end.at("/twin/site").asText()).isEqualTo("north");
        for (String store : List.of("detector-states", "device-twins")) {
            assertThat(keys(store)).as(store).isNotEmpty().noneMatch(key -> key.contains("p"));
        }
        MemoryStore states = MemoryStore.behind(driver.getKeyValueStore("device-states"));
        assertThat(states.find(utf8("p"))).isNull();
        assertThat(states.find(utf8("q"))).isNotNull();

        // And should it come back, it has no past
        event("p", 10, 1);
        JsonNode first = read("predictions").get(0);
        assertThat(first.at("/reason").asText()).startsWith("history: ");
        assertThat(first.at("/twin")).hasToString("{}");
        event("q", 10, 1);
        assertThat(read("predictions").get(0).at("/quality").asText()).isEqualTo("OK");

        // And in the end its alert's record is deleted, and the rest with it
        driver.advanceWallClockTime(Duration.ofDays(8));
        driver.advanceWallClockTime(Duration.ofDays(8));
        assertThat(records("alerts"))
                .filteredOn(record -> text(record.key()).equals("p/wear"))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isNull());
        assertThat(keys("alert-states")).containsExactly("q");
    }

    private List<String> keys(String store) {
        List<String> keys = new ArrayList<>();
        KeyValueStore<org.apache.kafka.common.utils.Bytes, byte[]> all = driver.getKeyValueStore(store);
        try (var iterator = all.all()) {
            iterator.forEachRemaining(entry -> keys.add(text(entry.key.get())));
        }
        return keys;
    }

    @Test
    void whatSaysNothingIsADeadLetter() {
        pipe("gone", null, null);
        pipe("gone", "p", "{}");
        pipe("device-twins", "p", "[1]");
        pipe("twin-changes", "p", "{\"tags\":");
        pipe("twin-changes", "p", "{\"tags\":\"" + "x".repeat(300_000) + "\"}");

        assertThat(records("dead-letters"))
                .extracting(letter -> text(
                                letter.headers().lastHeader("millrace-topic").value())
                        + " "
                        + text(letter.headers().lastHeader("millrace-reason").value()))
                .containsExactly(
                        "gone no-device", "device-twins malformed", "twin-changes malformed", "twin-changes too-large");
    }

    @Test
    void howManyPartitionsMustBeTold() {
        assertThatThrownBy(pipeline::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("partitions");
    }
}
