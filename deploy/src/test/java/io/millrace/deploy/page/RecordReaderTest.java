package io.millrace.deploy.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.deploy.page.LiveViewOptions.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {
    private static final long TIME = 1_764_000_000_000L;

    private final RecordReader reader = new RecordReader(options("/id", "/ts"));

    @Test
    void readsTheSignalsOfAnEvent() {
        // When
        Seen seen =
                read("telemetry", "k", "{\"id\":\"p1\",\"ts\":5,\"temperature\":61.5,\"motor\":{\"current\":\"n/a\"}}");

        // Then
        assertThat(seen).isInstanceOfSatisfying(Seen.Telemetry.class, t -> {
            assertThat(t.device()).isEqualTo("p1");
            assertThat(t.time()).isEqualTo(5);
            assertThat(t.values()).containsExactly(61.5, Double.NaN);
        });
    }

    @Test
    void takesTheDeviceFromTheKeyAndTheTimeFromTheRecordWhereThePipelineDoes() {
        // Given
        RecordReader byKey = new RecordReader(options(LiveViewOptions.KEY, null));

        // When
        Seen seen = byKey.read(record("telemetry", "pump-ö", "{}"), false);

        // Then
        assertThat(seen).isInstanceOfSatisfying(Seen.Telemetry.class, t -> {
            assertThat(t.device()).isEqualTo("pump-ö");
            assertThat(t.time()).isEqualTo(TIME);
        });
    }

    @Test
    void readsATimeInIso8601() {
        // When
        Seen seen = read("telemetry", "k", "{\"id\":\"p1\",\"ts\":\"2025-11-24T16:00:00Z\"}");

        // Then
        assertThat(seen).isInstanceOfSatisfying(Seen.Telemetry.class, t -> assertThat(t.time())
                .isEqualTo(TIME));
    }

    @Test
    void readsAPrediction() {
        // When
        Seen seen = read("predictions", "pump-017", """
                {"device":"pump-017","time":1764000000000,"model":"pump-autoencoder","version":"3","sha256":"9f",
                "provider":"CPU","scores":{"anomaly":0.031,"wear":null},"quality":"OK",
                "source":{"topic":"telemetry","partition":3,"offset":1234}}""");

        // Then
        assertThat(seen)
                .isEqualTo(new Seen.Prediction(
                        "pump-017", TIME, Map.of("anomaly", 0.031, "wear", Double.NaN), "OK", null, "CPU"));
    }

    @Test
    void readsAPredictionThatHasNoScore() {
        // When
        Seen seen = read(
                "predictions",
                "p",
                "{\"device\":\"p\",\"time\":1,\"scores\":{},\"quality\":\"INSUFFICIENT\",\"reason\":\"missing /temperature\"}");

        // Then
        assertThat(seen).isEqualTo(new Seen.Prediction("p", 1, Map.of(), "INSUFFICIENT", "missing /temperature", ""));
    }

    @Test
    void readsAnAlert() {
        // When
        Seen seen = reader.read(record("alerts", "pump-017/anomaly", """
                {"device":"pump-017","rule":"anomaly","state":"FIRING","severity":"critical","value":0.97,
                "since":1764000000000,"time":1764000003000,"revision":1,"model":"pump-autoencoder","version":"3"}"""), true);

        // Then
        assertThat(seen)
                .isEqualTo(new Seen.Alert(
                        "pump-017",
                        "anomaly",
                        true,
                        "critical",
                        0.97,
                        TIME,
                        TIME + 3_000,
                        1,
                        "pump-autoencoder 3",
                        true));
    }

    @Test
    void readsTheDeletionOfAnAlert() {
        assertThat(reader.read(record("alerts", "p/wear", null), false)).isEqualTo(new Seen.AlertGone("p/wear"));
    }

    @Test
    void readsWhyARecordIsADeadLetter() {
        // Given
        ConsumerRecord<byte[], byte[]> record = record("dead-letters", "p1", "{\"temp");
        Map.of(
                        "stage", "decode",
                        "reason", "truncated",
                        "detail", "x".repeat(RecordReader.MAX_TEXT + 1),
                        "topic", "telemetry",
                        "partition", "3",
                        "offset", "1240")
                .forEach((name, value) -> record.headers().add("millrace-" + name, value.getBytes(UTF_8)));

        // When
        Seen seen = reader.read(record, false);

        // Then
        String cut = "x".repeat(RecordReader.MAX_TEXT - 1) + "…";
        assertThat(seen).isEqualTo(new Seen.DeadLetter(TIME, "decode", "truncated", "", cut, "telemetry-3@1240", "p1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "12", "null", "\u0000\u0001", "{\"id\":\"\"}", "{\"id\":\"p\",\"ts\":\"soon\"}"})
    void passesOverPayloadsThatItCannotRead(String payload) {
        assertThat(read("telemetry", "k", payload)).isInstanceOf(Seen.Unreadable.class);
        assertThat(read("predictions", "k", payload)).isInstanceOf(Seen.Unreadable.class);
        assertThat(read("alerts", "k", payload)).isInstanceOf(Seen.Unreadable.class);
    }

    @Test
    void passesOverPayloadsThatAreTooLarge() {
        String payload = "{\"id\":\"p\",\"x\":\"" + "x".repeat(RecordReader.MAX_PAYLOAD_BYTES) + "\"}";
        assertThat(read("telemetry", "k", payload)).isInstanceOf(Seen.Unreadable.class);
    }

    @Test
    void refusesPointersThatAreNone() {
        assertThatThrownBy(() -> options("id", null))
                .hasMessage("devicePointer must be a JSON pointer that starts with \"/\", got: \"id\"");
        assertThatThrownBy(() -> options("/id", "ts"))
                .hasMessage("timePointer must be a JSON pointer that starts with \"/\", got: \"ts\"");
    }

    @Test
    void keepsSecretsOutOfItsText() {
        LiveViewOptions options = new LiveViewOptions(
                Map.of("sasl.jaas.config", "secret"), Topics.DEFAULT, "/id", null, List.of("/a"), "pumps");
        assertThat(options.toString()).contains("pumps").doesNotContain("secret");
    }

    private Seen read(String topic, String key, String value) {
        return reader.read(record(topic, key, value), false);
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, String key, @Nullable String value) {
        return new ConsumerRecord<>(
                topic,
                0,
                7,
                TIME,
                TimestampType.CREATE_TIME,
                0,
                0,
                key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                new RecordHeaders(),
                Optional.empty());
    }

    private static LiveViewOptions options(String device, @Nullable String time) {
        return new LiveViewOptions(
                Map.of(), Topics.DEFAULT, device, time, List.of("/temperature", "/motor/current"), "pumps");
    }
}
