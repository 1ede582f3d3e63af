package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.Condition;
import io.millrace.topology.config.Condition.Operator;
import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertRule;
import io.millrace.topology.decide.AlertState;
import io.millrace.topology.decide.AlertState.Status;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome.Prediction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WritersTest {
    private static final String SHA256 = "9f2c".repeat(16);
    private static final ModelIdentity MODEL = new ModelIdentity("pump-autoencoder", "3", SHA256, "CPU");
    private static final RawEvent RAW =
            new RawEvent("telemetry", 3, 1234, 1_764_000_000_500L, utf8("pump-017"), utf8("{}"));

    private final PredictionWriter predictions =
            new PredictionWriter(MODEL, List.of("anomaly", "b\"c"), CloudEvents.predictions("pump-health"));

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte @Nullable [] bytes) {
        return new String(Objects.requireNonNull(bytes), UTF_8);
    }

    private static Map<String, String> headers(OutRecord out) {
        Map<String, String> headers = new LinkedHashMap<>();
        out.attributes().forEach(header -> assertThat(headers.put(header.name(), text(header.value())))
                .as("given once: %s", header.name())
                .isNull());
        return headers;
    }

    @Test
    void aPredictionIsOneCompactObject() {
        OutRecord out = predictions.write(
                RAW, new Prediction(utf8("pump-017"), 1_764_000_000_000L, new double[] {0.031f, 2}, null));

        assertThat(text(out.key())).isEqualTo("pump-017");
        assertThat(text(out.value()))
                .isEqualTo("{\"device\":\"pump-017\",\"time\":1764000000000,\"model\":\"pump-autoencoder\","
                        + "\"version\":\"3\",\"sha256\":\"" + SHA256 + "\",\"provider\":\"CPU\","
                        + "\"scores\":{\"anomaly\":0.031,\"b\\\"c\":2},\"quality\":\"OK\","
                        + "\"source\":{\"topic\":\"telemetry\",\"partition\":3,\"offset\":1234}}");
        assertThat(headers(out))
                .containsExactly(
                        entry("ce_specversion", "1.0"),
                        entry("ce_type", "io.millrace.prediction.v1"),
                        entry("ce_source", "/millrace/pump-health"),
                        entry("ce_id", "telemetry-3-1234"),
                        entry("content-type", "application/json"));
    }

    @Test
    void anInsufficientPredictionSaysWhyAndHasNoScores() {
        OutRecord out = predictions.write(RAW, new Prediction(utf8("p"), 5, new double[0], "missing /temperature"));

        assertThat(text(out.value()))
                .contains("\"scores\":{},\"quality\":\"INSUFFICIENT\",\"reason\":\"missing /temperature\",\"source\":");
    }

    @Test
    void aModelWithoutAVersionHasNone() {
        PredictionWriter unversioned =
                new PredictionWriter(new ModelIdentity("m", null, SHA256, "CUDA"), List.of("s"), null);

        assertThat(text(unversioned
                        .write(RAW, new Prediction(utf8("d"), -1, new double[] {Double.NaN}, null))
                        .value()))
                .isEqualTo("{\"device\":\"d\",\"time\":-1,\"model\":\"m\",\"sha256\":\"" + SHA256
                        + "\",\"provider\":\"CUDA\",\"scores\":{\"s\":null},\"quality\":\"OK\","
                        + "\"source\":{\"topic\":\"telemetry\",\"partition\":3,\"offset\":1234}}");
    }

    @Test
    void anyTextIsEscaped() throws Exception {
        String odd = "a\"\\\n\u0001é🚰";
        PredictionWriter writer = new PredictionWriter(new ModelIdentity(odd, odd, SHA256, "CPU"), List.of(odd), null);

        JsonNode json = new ObjectMapper()
                .readTree(writer.write(RAW, new Prediction(utf8(odd), 1, new double[] {1}, null))
                        .value());

        assertThat(json.at("/device").textValue()).isEqualTo(odd);
        assertThat(json.at("/model").textValue()).isEqualTo(odd);
        assertThat(json.at("/version").textValue()).isEqualTo(odd);
        assertThat(json.at("/scores").get(odd).intValue()).isEqualTo(1);
    }

    private static AlertRule rule() {
        return AlertRule.of(
                new AlertConfig(
                        "wear",
                        new Condition("anomaly", Operator.GREATER, 0.9),
                        new Persistence(3, 5),
                        new Condition("anomaly", Operator.LESS, 0.6),
                        Severity.CRITICAL),
                List.of("other", "anomaly"));
    }

    private static final AlertState QUIET = new AlertState(Status.QUIET, 0, 0, 2);
    private static final AlertState PENDING = new AlertState(Status.PENDING, 3, 1_764_000_000_000L, 0);
    private static final AlertState FIRING = new AlertState(Status.FIRING, 0, 1_764_000_000_000L, 1);

    @Test
    void aRaiseIsOneCompactObjectKeyedByDeviceAndRule() {
        AlertWriter alerts = new AlertWriter("pump-health", MODEL, List.of("other", "anomaly"));

        OutRecord out = alerts.write(
                RAW,
                new AlertChange(
                        utf8("pump/017"), rule(), PENDING, FIRING, 1_764_000_003_000L, new double[] {1, 0.97f}));

        assertThat(text(out.key())).isEqualTo("pump/017/wear");
        assertThat(text(out.value()))
                .isEqualTo("{\"device\":\"pump/017\",\"rule\":\"wear\",\"state\":\"FIRING\",\"severity\":\"critical\","
                        + "\"value\":0.97,\"since\":1764000000000,\"time\":1764000003000,\"revision\":1,"
                        + "\"model\":\"pump-autoencoder\",\"version\":\"3\",\"sha256\":\"" + SHA256 + "\","
                        + "\"evidence\":{\"scores\":{\"other\":1,\"anomaly\":0.97},\"matched\":3,\"of\":5,"
                        + "\"source\":{\"topic\":\"telemetry\",\"partition\":3,\"offset\":1234}}}");
        assertThat(headers(out))
                .containsExactly(
                        entry("ce_specversion", "1.0"),
                        entry("ce_type", "io.millrace.alert.v1"),
                        entry("ce_source", "/millrace/pump-health"),
                        entry("ce_id", "pump/017/wear/1"),
                        entry("content-type", "application/json"));
    }

    @Test
    void aClearTellsSinceWhenTheAlertWasOpen() {
        AlertWriter alerts = new AlertWriter("pump-health", MODEL, List.of("other", "anomaly"));

        OutRecord out = alerts.write(
                RAW, new AlertChange(utf8("p"), rule(), FIRING, QUIET, 1_764_000_009_000L, new double[] {0, 0.5}));

        assertThat(text(out.value()))
                .contains("\"state\":\"RESOLVED\",\"severity\":\"critical\",\"value\":0.5,\"since\":1764000000000,"
                        + "\"time\":1764000009000,\"revision\":2,");
    }

    @Test
    void aDeadLetterKeepsKeyAndBytesAndSaysWhyAndFromWhere() {
        OutRecord out = DeadLetters.write(
                RAW, new Rejected("decode", Reason.MISSING_FIELD, "/temperature", "must have /temperature"));

        assertThat(out.key()).isSameAs(RAW.key());
        assertThat(out.value()).isSameAs(RAW.value());
        assertThat(headers(out))
                .containsExactly(
                        entry("millrace-stage", "decode"),
                        entry("millrace-reason", "missing-field"),
                        entry("millrace-field", "/temperature"),
                        entry("millrace-detail", "must have /temperature"),
                        entry("millrace-topic", "telemetry"),
                        entry("millrace-partition", "3"),
                        entry("millrace-offset", "1234"),
                        entry("millrace-timestamp", "1764000000500"));
    }

    @Test
    void aDeadLetterWithoutAFieldNamesNone() {
        OutRecord out = DeadLetters.write(
                new RawEvent("t", 0, 0, -1, null, null), new Rejected("score", Reason.MODEL_FAILED, null, "boom"));

        assertThat(out.key()).isNull();
        assertThat(out.value()).isNull();
        assertThat(headers(out)).doesNotContainKey("millrace-field").containsEntry("millrace-reason", "model-failed");
    }
}
