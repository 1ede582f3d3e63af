package io.millrace.topology.score;

import static io.millrace.scorers.testing.FakeScorer.contract;
import static io.millrace.scorers.testing.FakeScorer.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.scorers.ModelContract;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.features.DeviceState;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.key.DeviceKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCompilerTest {
    private static final ModelContract MODEL = contract(
            List.of(floats("g_in", 3), floats("x", 2), floats("h_in", 2)),
            List.of(floats("h_out", 2), floats("classes", 3), floats("anomaly", 1), floats("g_out", 3)));
    private static final String YAML = """
            pipeline: pumps
            source: {device: /d, max-bytes: 100B}
            model:
              uri: fake.onnx
              inputs: {x: [/b, /a]}
              state: {h_out: h_in, g_out: g_in}
            quality:
              fields: {/q: {min: 0}, /a: {frozen-after: 2}, /b: {frozen-after: 3}}
            """;

    @Test
    void recurrentStateLiesInTheOrderOfTheFileAndPointsIntoTheModel() {
        ScoringPlan plan = Fixtures.plan(YAML, MODEL);

        assertThat(plan.recurrent()).containsExactly(new RecurrentState(0, 2, 0), new RecurrentState(3, 0, 2));
        assertThat(plan.features().layout().hidden()).isEqualTo(5);
        assertThat(plan.features().newRow()).isDeepEqualTo(new double[][] {{}, {0, 0}, {}});
    }

    @Test
    void withoutConfiguredScoresEveryOutputButStateGivesThem() {
        assertThat(Fixtures.plan(YAML, MODEL).scores())
                .containsExactly(
                        new ScoreColumn("classes[0]", 1, 0, null),
                        new ScoreColumn("classes[1]", 1, 1, null),
                        new ScoreColumn("classes[2]", 1, 2, null),
                        new ScoreColumn("anomaly", 2, 0, null));
    }

    @Test
    void configuredScoresKeepTheFilesOrder() {
        String yaml = YAML.replace("quality:", "  scores: {z: anomaly, worn: {output: classes, index: 2}}\nquality:");

        assertThat(Fixtures.plan(yaml, MODEL).scores())
                .containsExactly(new ScoreColumn("z", 2, 0, null), new ScoreColumn("worn", 1, 2, null));
    }

    @Test
    void fieldsAreThoseOfTheModelThenThoseOfQualityOnly() {
        // Given
        ScoringPlan plan = Fixtures.plan(YAML, MODEL);
        RawEvent raw = Fixtures.raw(0, 77, "{\"q\":3,\"a\":1,\"b\":2,\"d\":\"p\"}");

        // When
        Decoded decoded = plan.decode(plan.decoders().get(), raw);

        // Then
        assertThat(plan.fields()).isEqualTo(3);
        assertThat(((Event) decoded).values()).containsExactly(2, 1, 3);
        assertThat(((Event) decoded).timeMs())
                .as("the record's own, as nothing else is configured")
                .isEqualTo(77);
    }

    @Test
    void eachFrozenSensorIsJudgedByItsOwnLimit() {
        ScoringPlan plan = Fixtures.plan(YAML, MODEL);
        DeviceState state = new DeviceState(plan.features().layout());
        state.accept(new double[] {5, 6, 0}, 0);

        state.accept(new double[] {5, 7, 0}, 1);
        assertThat(plan.quality().judgeFrozen(state)).isNull();

        state.accept(new double[] {4, 7, 0}, 2);
        assertThat(plan.quality().judgeFrozen(state)).isEqualTo("frozen /a: 2 equal values in a row");

        state.accept(new double[] {4, 8, 0}, 3);
        state.accept(new double[] {4, 9, 0}, 4);
        assertThat(plan.quality().judgeFrozen(state)).isEqualTo("frozen /b: 3 equal values in a row");
    }

    @Test
    void theDeviceIsTheFieldsOrTheKeys() {
        assertThat(Fixtures.plan(YAML, MODEL).key()).isEqualTo(DeviceKey.FIELD);
        assertThat(Fixtures.plan(YAML.replace("device: /d", "device: key"), MODEL)
                        .key())
                .isEqualTo(DeviceKey.RECORD_KEY);
    }

    @Test
    void limitsOfTheSourceReachTheDecoder() {
        ScoringPlan plan = Fixtures.plan(YAML, MODEL);
        RawEvent tooLarge = Fixtures.raw(0, 0, " ".repeat(101));

        assertThat(plan.decode(plan.decoders().get(), tooLarge))
                .isInstanceOfSatisfying(
                        Rejected.class, why -> assertThat(why.reason()).isEqualTo(Rejected.Reason.TOO_LARGE));
    }

    @Test
    void aTensorThatTheModelLacksIsNamed() {
        assertThatThrownBy(() -> Fixtures.plan(YAML, contract(List.of(floats("x", 2)), MODEL.outputs())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model must have a tensor named h_in, has: [x: float[?, 2]]");
    }
}
