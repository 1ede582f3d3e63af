package io.millrace.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.scorers.ElementType;
import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContractCheckTest {
    private static final ModelContract MODEL = contract(
            List.of(spec("features", -1, 2), spec("past", -1, 4, 1), spec("hidden_in", -1, 8)),
            List.of(spec("anomaly", -1, 1), spec("classes", -1, 3), spec("hidden_out", -1, 8)));

    private static final String INPUTS = "features: [/a, /b], past: {window: 4, fields: [/a]}";
    private static final String STATE = "{hidden_out: hidden_in}";

    private static TensorSpec spec(String name, Integer... shape) {
        return new TensorSpec(
                name, ElementType.FLOAT, Arrays.stream(shape).map(Long::valueOf).collect(Collectors.toList()));
    }

    private static ModelContract contract(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new ModelContract("m", "0".repeat(64), inputs, outputs, Map.of());
    }

    private static PipelineConfig config(String inputs, String state, String rest) throws ConfigException {
        return PipelineReaderTest.read("pipeline: p\nmodel:\n  uri: m.onnx\n  inputs: {" + inputs + "}\n  state: "
                + state + "\n" + rest + "\n");
    }

    private static List<String> check(PipelineConfig config, ModelContract contract) {
        return ContractCheck.check(config, contract).stream()
                .map(Problem::toString)
                .collect(Collectors.toList());
    }

    @Test
    void aMappingThatFitsHasNoProblems() throws ConfigException {
        // Given alerts on a lone score and on one of several
        String alerts = "alerts:\n  - {name: a, when: anomaly > 1}\n  - {name: b, when: 'classes[2] > 1'}";

        // Then
        assertThat(check(config(INPUTS, STATE, alerts), MODEL)).isEmpty();
        assertThat(check(config(INPUTS, STATE, "  scores: {s: anomaly, t: {output: classes, index: 2}}"), MODEL))
                .isEmpty();
    }

    @Test
    void namesScoresAfterTheirOutputs() throws ConfigException {
        assertThat(config(INPUTS, STATE, "").model().scoresOf(MODEL).keySet())
                .containsExactly("anomaly", "classes[0]", "classes[1]", "classes[2]");
        assertThat(config(INPUTS, STATE, "  scores: {s: anomaly}")
                        .model()
                        .scoresOf(MODEL)
                        .keySet())
                .containsExactly("s");
    }

    static Stream<Arguments> misfits() {
        String window = "past: {window: 4, fields: [/a]}";
        String inputs = "(it has features, past, hidden_in), got: ";
        String outputs = "(it has anomaly, classes, hidden_out), got: ";
        return Stream.of(
                arguments(
                        "features: [/a], " + window,
                        STATE,
                        "",
                        "4: model.inputs.features must have 2 features for the model's float[?, 2], got: 1 from /a"),
                arguments(
                        INPUTS + ", feature: [/a]",
                        STATE,
                        "",
                        "4: model.inputs.feature is not an input of the model " + inputs
                                + "feature; did you mean features?"),
                arguments(
                        "features: [/a, /b]",
                        STATE,
                        "",
                        "4: model.inputs must map every input of the model, missing: past: float[?, 4, 1]"),
                arguments(
                        "features: [/a, /b], past: {window: 5, fields: [/a]}",
                        STATE,
                        "",
                        "4: model.inputs.past must fit the model's float[?, 4, 1], got: a window [rows, 5, 1] of /a"),
                arguments(
                        "features: [/a, /b], past: {window: 4, fields: [/a, /b]}",
                        STATE,
                        "",
                        "4: model.inputs.past must fit the model's float[?, 4, 1], got: a window [rows, 4, 2] of /a, /b"),
                arguments(
                        "features: {window: 1, fields: [/a, /b]}, " + window,
                        STATE,
                        "",
                        "4: model.inputs.features must fit the model's float[?, 2], got: a window [rows, 1, 2] of /a, /b"),
                arguments(
                        INPUTS,
                        "{hiden_out: hidden_in}",
                        "",
                        "5: model.state.hiden_out is not an output of the model " + outputs
                                + "hiden_out; did you mean hidden_out?"),
                arguments(
                        INPUTS + ", hidden_in: [/1, /2, /3, /4, /5, /6, /7, /8]",
                        "{hidden_out: other}",
                        "",
                        "5: model.state.hidden_out must name an input of the model " + inputs + "other"),
                arguments(
                        INPUTS,
                        "{classes: hidden_in}",
                        "",
                        "5: model.state.classes must join tensors of one type and shape, got: classes: float[?, 3] and hidden_in: float[?, 8]"),
                arguments(
                        INPUTS,
                        STATE,
                        "  scores: {s: anomly}",
                        "6: model.scores.s must name an output of the model " + outputs
                                + "anomly; did you mean anomaly?"),
                arguments(
                        INPUTS,
                        STATE,
                        "  scores:\n    s: classes",
                        "7: model.scores.s must give an index between 0 and 2 into the model's classes: float[?, 3]"),
                arguments(
                        INPUTS,
                        STATE,
                        "  scores: {s: {output: classes, index: 3}}",
                        "6: model.scores.s.index must be between 0 and 2 for the model's float[?, 3], got: 3"
                                .replace("the model's float", "the model's classes: float")),
                arguments(
                        INPUTS,
                        STATE,
                        "alerts: [{name: a, when: anomaly > 1, clear: classes < 1}]",
                        "6: alerts[0].clear must name a score of the model (it has anomaly, classes[0], classes[1], classes[2]), got: classes"),
                arguments(
                        INPUTS,
                        STATE,
                        "alerts: [{name: a, when: anomali > 1}]",
                        "6: alerts[0].when must name a score of the model (it has anomaly, classes[0], classes[1], classes[2]), got: anomali; did you mean anomaly?"),
                arguments(
                        INPUTS,
                        STATE,
                        "registry: {twins: t, properties: {site: /s, anomaly: /a}}",
                        "6: registry.properties.anomaly must not be a score, got: anomaly"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void saysWhatDoesNotFitAndWhere(String inputs, String state, String rest, String expected) throws ConfigException {
        assertThat(check(config(inputs, state, rest), MODEL)).containsExactly("pipeline.yaml:" + expected);
    }

    @Test
    void openDimensionsTakeWhatIsGiven() throws ConfigException {
        // Given a model that leaves its rows open
        ModelContract open = contract(
                List.of(spec("features", -1, -1), spec("past", -1, -1, -1), spec("pairs", -1, -1, 2)),
                List.of(spec("out", -1, -1)));
        String inputs = INPUTS + ", pairs: [/a, /b, /c]";

        // Then what cannot be told apart is asked for
        assertThat(check(config(inputs, "{}", ""), open))
                .containsExactly(
                        "pipeline.yaml:2: model.scores must name each score by output and index, because the model "
                                + "leaves the shape of out: float[?, ?] open",
                        "pipeline.yaml:4: model.inputs.pairs must have a multiple of 2 features for the model's "
                                + "float[?, ?, 2], got: 3 from /a, /b, /c");
        assertThat(check(config(inputs.replace(", /c", ""), "{}", "  scores: {a: {output: out, index: 7}}"), open))
                .isEmpty();
        assertThat(check(config(inputs.replace(", /c", ""), "{}", "  scores: {a: out}"), open))
                .containsExactly(
                        "pipeline.yaml:6: model.scores.a must give an index into the model's out: float[?, ?]");
        assertThat(check(
                        config("x: [/a]", "{out: s}", ""),
                        contract(List.of(spec("x", -1, 1), spec("s", -1, -1)), List.of(spec("out", -1, -1)))))
                .containsExactly("pipeline.yaml:5: model.state.out must join tensors whose rows have a fixed shape, "
                        + "got: s: float[?, ?]");
    }

    @Test
    void rulesMayNameTheThresholdThatTheModelGives() throws ConfigException {
        // Given
        PipelineConfig config = config(INPUTS, STATE, """
                alerts:
                  - {name: a, when: anomaly > threshold}
                  - {name: b, when: anomaly > threshold, clear: anomaly < 0.75}
                """);
        ModelContract told = new ModelContract(
                "m", MODEL.sha256(), MODEL.inputs(), MODEL.outputs(), Map.of("millrace.threshold.anomaly", "0.5"));

        // Then
        assertThat(check(config, told))
                .containsExactly("pipeline.yaml:8: alerts[1] must not hold together with when, got: "
                        + "anomaly > 0.5 and anomaly < 0.75");
        AlertConfig.Level level =
                config.alerts().get(0).withThreshold(0.5).levels().get(0);
        assertThat(level.when()).hasToString("anomaly > 0.5");
        assertThat(level.clear()).hasToString("not (anomaly > 0.5)");
        assertThat(check(config, MODEL)).hasSize(2).allSatisfy(problem -> assertThat(problem)
                .contains("must name a score of the model", "got: threshold"));
    }

    @Test
    void statePairsShareTheirType() throws ConfigException {
        // Given
        TensorSpec wide = new TensorSpec("out", ElementType.DOUBLE, List.of(-1L, 1L));
        ModelContract contract = contract(List.of(spec("x", -1, 1), spec("s", -1, 1)), List.of(wide));

        // Then
        assertThat(check(config("x: [/a]", "{out: s}", ""), contract))
                .containsExactly("pipeline.yaml:5: model.state.out must join tensors of one type and shape, "
                        + "got: out: double[?, 1] and s: float[?, 1]");
    }

    @Test
    void problemsComeInTheOrderOfLines() throws ConfigException {
        // Given alerts that stand before the model
        PipelineConfig config = PipelineReaderTest.read("""
                pipeline: p
                alerts: [{name: a, when: b > 1}]
                model:
                  uri: m
                  inputs: {x: [/a, /b]}
                """);

        // Then
        assertThat(ContractCheck.check(config, contract(List.of(spec("x", -1, 1)), List.of(spec("y", -1, 1)))))
                .extracting(Problem::line)
                .containsExactly(2, 5);
    }

    @Test
    void detectorsWatchScoresThatThereAreAndRulesMayNameThem() throws Exception {
        PipelineConfig config = config(INPUTS, STATE, """
                detect:
                  - {name: odd, on: anomaly}
                  - {name: lost, on: anomali}
                  - {name: anomaly, on: /a}
                alerts:
                  - {name: r, when: odd > 0}
                  - {name: s, when: od > 0}
                """);
        assertThat(ContractCheck.check(config, MODEL))
                .extracting(Problem::toString)
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("pipeline.yaml:8: detect[1].on must name a score of the model (it has anomaly, "))
                .anySatisfy(problem -> assertThat(problem)
                        .isEqualTo("pipeline.yaml:9: detect[2].name must not be a score of the model, got: anomaly"))
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("pipeline.yaml:12: alerts[1].when must name a score")
                        .endsWith("got: od; did you mean odd?"))
                .hasSize(3);
    }
}
