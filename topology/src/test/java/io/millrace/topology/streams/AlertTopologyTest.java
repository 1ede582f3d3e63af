package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.text;
import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.scorers.testing.FakeScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Alerts through the whole topology, with the wall clock in the test's hands. */
@Timeout(60)
class AlertTopologyTest {
    private static final long NOW = 1_764_000_000_000L;
    private static final String YAML = """
            pipeline: pumps
            source: {topic: telemetry, device: /d, time: /t}
            model:
              uri: fake.onnx
              inputs: {features: [/a]}
            alerts:
              - {name: wear, when: score > 0.9 and not /idle == 1, clear: score < 0.5, stale-after: 2m}
            alerting: {storm: 5 in 1m, group: [/site]}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path stateDir;

    private final FakeScorer fake = FakeScorer.of(1, 16, (in, out) -> out[0][0] = in[0][0]);

    @SuppressWarnings("NullAway.Init") // before each test
    private PipelineTopology pipeline;

    @SuppressWarnings("NullAway.Init") // before each test
    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        pipeline = new PipelineTopology(Fixtures.config(YAML), fake, Fixtures.METER);
        driver = Fixtures.driver(pipeline.build(), stateDir, Instant.ofEpochMilli(NOW));
    }

    @AfterEach
    void stop() {
        driver.close();
        pipeline.close();
    }

    private void pipe(String topic, String key, @Nullable String value, long timestamp) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(
                        utf8(key), value == null ? null : utf8(value), new RecordHeaders(), timestamp));
    }

    /** An event that comes as soon as it happens. */
    private void event(String device, long time, double a) {
        pipe("telemetry", device, event(device, time, a, ",\"idle\":0"), time);
    }

    private static String event(String device, long time, double a, String more) {
        return "{\"d\":\"" + device + "\",\"t\":" + time + ",\"a\":" + a + ",\"site\":\"leeds\"" + more + "}";
    }

    private List<String> told() throws IOException {
        List<String> told = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : driver.createOutputTopic(
                        "alerts", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()) {
            JsonNode json = new ObjectMapper().readTree(record.value());
            String why = json.get("notify").booleanValue()
                    ? "NOTIFY"
                    : json.get("reason").textValue();
            told.add(text(record.key()) + " " + json.get("state").textValue() + " "
                    + json.get("cause").textValue() + " " + why + " #" + json.get("revision"));
        }
        return told;
    }

    private void seconds(long seconds) {
        driver.advanceWallClockTime(Duration.ofSeconds(seconds));
    }

    @Test
    void aBacklogOfSixHoursPagesForNothingThatIsOverAndIsSummedUpOnce() throws IOException {
        // Given an outage of six hours, in which ten devices were in trouble now and then; one of them still is
        long begin = NOW - Duration.ofHours(6).toMillis();
        int second = 0;
        for (long time = begin; time < NOW; time += 60_000) {
            long minute = (time - begin) / 60_000;
            for (int d = 0; d < 10; d++) {
                boolean trouble = (minute + 7L * d) % 50 < 10 && minute < 340;
                event("p" + d, time, trouble ? 1 : 0);
            }
            if (minute % 10 == 0) {
                seconds(1);
                second++;
            }
        }
        List<String> past = told();

        // Then nobody is told of the past
        assertThat(past).hasSizeGreaterThan(100).noneMatch(line -> line.contains("NOTIFY"));

        // When the present is reached
        seconds(300);
        assertThat(told()).containsExactly("pumps/@@catch-up RESOLVED caught-up summary #1");
        event("p0", NOW + (300 + second) * 1000L, 1);

        // Then alerts of the present are told
        assertThat(told()).singleElement().asString().startsWith("p0/wear FIRING raised NOTIFY");
    }

    @Test
    void whatIsStillOpenWhenThePresentIsReachedIsTold() throws IOException {
        event("p", NOW - 3_600_000, 1);
        event("q", NOW - 3_600_000, 1);
        event("p", NOW, 1);
        assertThat(told())
                .containsExactly(
                        "p/wear FIRING raised late #1",
                        "q/wear FIRING raised late #1",
                        "p/wear FIRING caught-up NOTIFY #2");
        seconds(31);
        seconds(31);

        assertThat(told()).contains("q/wear FIRING caught-up NOTIFY #2");
    }

    @Test
    void silenceIsTakenFromTheWallClock() throws IOException {
        event("p", NOW, 1);
        seconds(119);
        assertThat(told()).hasSize(1);
        seconds(2);
        assertThat(told()).containsExactly("p/wear STALE stale known #2");
        event("p", NOW + 121_000, 1);
        assertThat(told()).containsExactly("p/wear FIRING back known #3");
    }

    @Test
    void aFieldThatOnlyARuleLooksAtMayBeMissing() throws IOException {
        pipe("telemetry", "p", event("p", NOW, 1, ",\"idle\":1"), NOW);
        pipe("telemetry", "p", event("p", NOW + 1, 1, ",\"idle\":\"no\""), NOW + 1);
        pipe("telemetry", "p", event("p", NOW + 2, 1, ""), NOW + 2);
        assertThat(told()).isEmpty();
        pipe("telemetry", "p", event("p", NOW + 3, 1, ",\"idle\":0"), NOW + 3);

        assertThat(told()).containsExactly("p/wear FIRING raised NOTIFY #1");
        assertThat(driver.createOutputTopic("dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                        .isEmpty())
                .isTrue();
    }

    @Test
    void operatorsSilenceAndAcknowledge() throws IOException {
        pipe("alert-controls", "silence/s", "{\"device\":\"p*\",\"until\":" + (NOW + 10_000) + "}", NOW);
        pipe("alert-controls", "silence/bad", "{}", NOW);
        event("p1", NOW, 1);
        event("q1", NOW, 1);
        pipe("alert-controls", "ack/q1/wear", "{\"author\":\"ann\"}", NOW);
        seconds(11);

        assertThat(told())
                .containsExactly(
                        "p1/wear FIRING raised silenced #1",
                        "q1/wear FIRING raised NOTIFY #1",
                        "q1/wear FIRING acknowledged acknowledged #2",
                        "p1/wear FIRING unsilenced NOTIFY #2");
        assertThat(driver.createOutputTopic("dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                        .readRecordsToList())
                .singleElement()
                .satisfies(letter -> assertThat(text(
                                letter.headers().lastHeader("millrace-stage").value()))
                        .isEqualTo("control"));
    }

    @Test
    void manyDevicesOfOneSiteAreOneStorm() throws IOException {
        for (int d = 0; d < 50; d++) {
            event("p" + d, NOW, 1);
        }
        assertThat(told())
                .filteredOn(line -> line.contains("NOTIFY"))
                .hasSize(5)
                .last()
                .isEqualTo("site=leeds/@wear FIRING raised NOTIFY #1");
    }
}
