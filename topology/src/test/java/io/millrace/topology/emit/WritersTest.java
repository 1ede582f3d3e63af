package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.AlertConfig.Level;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.AlertConfig.Timing;
import io.millrace.topology.config.AlertingConfig.Tell;
import io.millrace.topology.config.Expression;
import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertRule;
import io.millrace.topology.decide.Cause;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.desk.Notice;
import io.millrace.topology.desk.Report;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Explainer.Contribution;
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

    private static AlertChange change(String state, Cause cause, @Nullable RawEvent raw) {
        AlertRule rule = AlertRule.of(
                new AlertConfig(
                        "wear",
                        List.of(new Level(
                                Severity.CRITICAL,
                                Expression.parse("anomaly > 0.9 and /flow < 3"),
                                Expression.parse("anomaly < 0.6"))),
                        new Persistence(3, 5),
                        new Persistence(1, 1),
                        Timing.DEFAULT),
                Tell.DECISIONS,
                List.of("other", "anomaly"),
                List.of("/flow"));
        return new AlertChange(
                utf8("pump/017"),
                "wear",
                rule,
                state,
                cause,
                Severity.CRITICAL,
                false,
                1_764_000_000_000L,
                1_764_000_003_000L,
                1,
                raw == null ? null : new double[] {1, 0.97f},
                raw == null ? new double[0] : new double[] {2});
    }

    private static OutRecord alert(@Nullable RawEvent raw, AlertChange change, Notice.@Nullable Ack ack) {
        Report report = new AlertWriter(
                        "pump-health", MODEL, List.of("other", "anomaly"), List.of("/flow"), List.of("/site", "model"))
                .write(raw, change, null, raw == null ? List.of() : List.of(new Contribution("/flow", 0.5)));
        Report decoded = Report.decode(report.encode());
        assertThat(decoded).usingRecursiveComparison().isEqualTo(report);
        return new NoticeWriter("pump-health")
                .write(new Notice(
                        report.key(),
                        report.body(),
                        report.cause().word(),
                        7,
                        ack == null ? null : "acknowledged",
                        ack != null,
                        ack == null ? "" : "s-1",
                        ack == null ? "" : "site=Leeds/@wear",
                        ack));
    }

    private static final String IDENTITY =
            "\"pipeline\":\"pump-health\",\"model\":\"pump-autoencoder\",\"version\":\"3\"," + "\"sha256\":\"" + SHA256
                    + "\"";

    @Test
    void aRaiseIsOneCompactObjectKeyedByDeviceAndRule() {
        RawEvent raw = new RawEvent("telemetry", 3, 1234, 5, null, utf8("{\"site\":\"Leeds\",\"flow\":2}"));

        OutRecord out = alert(raw, change("FIRING", Cause.RAISED, raw), null);

        assertThat(text(out.key())).isEqualTo("pump/017/wear");
        assertThat(text(out.value()))
                .isEqualTo("{\"device\":\"pump/017\",\"rule\":\"wear\",\"state\":\"FIRING\",\"severity\":\"critical\","
                        + "\"value\":0.97,\"since\":1764000000000,\"time\":1764000003000,"
                        + "\"group\":\"site=Leeds,model=pump-autoencoder 3\"," + IDENTITY
                        + ",\"evidence\":{\"condition\":\"anomaly > 0.9 and /flow < 3.0\","
                        + "\"scores\":{\"other\":1,\"anomaly\":0.97},\"fields\":{\"/flow\":2},\"matched\":3,\"of\":5,"
                        + "\"source\":{\"topic\":\"telemetry\",\"partition\":3,\"offset\":1234},"
                        + "\"contributions\":[{\"feature\":\"/flow\",\"by\":0.5}]},"
                        + "\"cause\":\"raised\",\"revision\":7,\"notify\":true}");
        assertThat(headers(out))
                .containsExactly(
                        entry("ce_specversion", "1.0"),
                        entry("ce_type", "io.millrace.alert.v1"),
                        entry("ce_source", "/millrace/pump-health"),
                        entry("ce_id", "pump/017/wear/7"),
                        entry("content-type", "application/json"));
    }

    @Test
    void whatSilenceDecidesHasNoEvidenceAndWhatNobodyIsToldOfSaysWhy() {
        OutRecord out = alert(null, change("STALE", Cause.STALE, null), new Notice.Ack("ann", "on it", 5));

        assertThat(text(out.value()))
                .isEqualTo("{\"device\":\"pump/017\",\"rule\":\"wear\",\"state\":\"STALE\",\"severity\":\"critical\","
                        + "\"since\":1764000000000,\"time\":1764000003000," + IDENTITY
                        + ",\"cause\":\"stale\",\"revision\":7,\"notify\":false,\"reason\":\"acknowledged\",\"late\":true,"
                        + "\"silence\":\"s-1\",\"parent\":\"site=Leeds/@wear\","
                        + "\"acknowledged\":{\"author\":\"ann\",\"comment\":\"on it\",\"time\":5}}");
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
