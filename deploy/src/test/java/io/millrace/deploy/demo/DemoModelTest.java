package io.millrace.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoModelTest {
    private static final int PUMPS = 50;
    private static final long START_MS = 1_764_000_000_000L;
    private static final Duration MINUTE = Duration.ofSeconds(60);

    private final ObjectMapper json = new ObjectMapper();
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private OrtSession session;

    @BeforeAll
    void open() throws IOException, OrtException {
        session = environment.createSession(resource("pump-autoencoder.onnx"));
    }

    @AfterAll
    void close() throws OrtException {
        session.close();
    }

    @Test
    void theModelGivesItsGoldenOutputs() throws IOException, OrtException {
        // Given
        JsonNode golden = json.readTree(resource("golden.json"));
        float[][] rows = json.treeToValue(golden.get("inputs"), float[][].class);
        assertThat(rows).hasDimensions(48, Signal.values().length);

        // When
        float[][] anomaly = score("anomaly", rows);
        float[][] errors = score("errors", rows);

        // Then
        assertClose(anomaly, json.treeToValue(golden.get("anomaly"), float[][].class));
        assertClose(errors, json.treeToValue(golden.get("errors"), float[][].class));
    }

    @Test
    void theModelTheFiguresAndThePipelineNameTheSameFeatures() throws Exception {
        // Given
        List<String> fields = Arrays.stream(Signal.values()).map(Signal::field).toList();
        JsonNode figures = json.readTree(resource("training.json"));
        String pipeline = new String(resource("pipeline.yaml"), StandardCharsets.UTF_8);

        // Then
        assertThat(session.getMetadata().getCustomMetadata())
                .containsEntry("millrace.features", String.join(",", fields))
                .containsKey("millrace.trained-on");
        assertThat(json.convertValue(figures.get("features"), String[].class))
                .containsExactly(fields.toArray(String[]::new));
        assertThat(pipeline)
                .contains(fields.stream().map(field -> "/" + field).collect(Collectors.joining(", ", "[", "]")));
    }

    @Test
    void theFiguresAreOfTheCommittedModel() throws IOException, NoSuchAlgorithmException {
        // Given
        byte[] model = resource("pump-autoencoder.onnx");

        // Then
        assertThat(json.readTree(resource("training.json")).get("sha256").asText())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(model)));
        assertThat(model).hasSizeLessThan(100_000);
    }

    @Test
    void aMinuteOfTheDefaultFleetFindsAndClearsItsFaultsWithoutAFalseAlert() throws OrtException {
        // When
        Findings findings = watch(PumpFleet.DEFAULT_SEED);

        // Then
        for (FaultKind kind : FaultKind.values()) {
            if (kind != FaultKind.FROZEN_SENSOR) {
                assertThat(findings.found(kind)).as(kind.name()).isEqualTo(findings.injected(kind));
            }
        }
        assertThat(findings.raised()).isGreaterThanOrEqualTo(8);
        assertThat(findings.cleared()).isEqualTo(findings.raised());
        assertThat(findings.falseAlerts()).isZero();
    }

    @Test
    void falseAlertsAreRareInOtherFleetsToo() throws OrtException {
        int falseAlerts = 0;
        for (long seed = 100; seed < 105; seed++) {
            falseAlerts += watch(seed).falseAlerts();
        }
        assertThat(falseAlerts).isLessThanOrEqualTo(1);
    }

    /** A simulated minute at four readings a second, judged as the demonstration's pipeline does. */
    private Findings watch(long seed) throws OrtException {
        FaultSchedule schedule = FaultSchedule.draw(seed, PUMPS, START_MS, MINUTE);
        PumpFleet fleet = new PumpFleet(PUMPS, seed, schedule);
        FaultLedger ledger = new FaultLedger(schedule, Duration.ofSeconds(5));
        List<Rule> rules = IntStream.range(0, PUMPS)
                .mapToObj(pump -> new Rule(PumpFleet.deviceId(pump), ledger))
                .toList();
        long endMs = START_MS + MINUTE.toMillis();
        for (long timeMs = START_MS; timeMs < endMs; timeMs += TrainingRows.PERIOD_MS) {
            float[][] rows = new float[PUMPS][];
            for (int pump = 0; pump < PUMPS; pump++) {
                rows[pump] = row(fleet.read(pump, timeMs));
            }
            float[][] anomaly = score("anomaly", rows);
            for (int pump = 0; pump < PUMPS; pump++) {
                rules.get(pump).see(timeMs, hasNaN(rows[pump]) ? Double.NaN : anomaly[pump][0]);
            }
        }
        return ledger.findings(endMs);
    }

    /** {@code anomaly > 0.9} for 3 of 5, cleared by {@code anomaly < 0.6} for 3 of 5. */
    private static final class Rule {
        private final String device;
        private final FaultLedger ledger;
        private final Deque<Double> last = new ArrayDeque<>();
        private boolean firing;

        Rule(String device, FaultLedger ledger) {
            this.device = device;
            this.ledger = ledger;
        }

        void see(long timeMs, double anomaly) {
            if (Double.isNaN(anomaly)) {
                ledger.insufficient(device, timeMs);
                return;
            }
            last.addLast(anomaly);
            if (last.size() > 5) {
                last.removeFirst();
            }
            if (!firing && holds(score -> score > 0.9)) {
                firing = true;
                ledger.fired(device, timeMs);
            } else if (firing && holds(score -> score < 0.6)) {
                firing = false;
                ledger.resolved(device, timeMs);
            }
        }

        private boolean holds(DoublePredicate condition) {
            return last.stream().mapToDouble(score -> score).filter(condition).count() >= 3;
        }
    }

    private float[][] score(String output, float[][] rows) throws OrtException {
        try (OnnxTensor features = OnnxTensor.createTensor(environment, rows);
                OrtSession.Result result = session.run(Map.of("features", features))) {
            return (float[][]) result.get(output).orElseThrow().getValue();
        }
    }

    private static float[] row(Reading reading) {
        Signal[] signals = Signal.values();
        float[] row = new float[signals.length];
        for (int i = 0; i < signals.length; i++) {
            row[i] = (float) reading.value(signals[i]);
        }
        return row;
    }

    private static boolean hasNaN(float[] row) {
        return IntStream.range(0, row.length).anyMatch(i -> Float.isNaN(row[i]));
    }

    /** Within 1e-5, relative where the value is above 1. */
    private static void assertClose(float[][] actual, float[][] expected) {
        assertThat(actual).hasSameDimensionsAs(expected);
        for (int row = 0; row < expected.length; row++) {
            for (int column = 0; column < expected[row].length; column++) {
                float value = expected[row][column];
                assertThat(actual[row][column]).isCloseTo(value, within(1e-5f * Math.max(1, Math.abs(value))));
            }
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = DemoModelTest.class.getResourceAsStream("/demo/" + name)) {
            return in.readAllBytes();
        }
    }
}
