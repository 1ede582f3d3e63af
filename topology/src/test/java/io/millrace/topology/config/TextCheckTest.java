package io.millrace.topology.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.ElementType;
import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields of text and words, against a model that takes a text and two numbers, and gives a text and labelled numbers. */
class TextCheckTest {
    private static final ModelContract MODEL = new ModelContract(
            "m",
            "0".repeat(64),
            List.of(
                    new TensorSpec("site", ElementType.STRING, List.of(-1L, 1L)),
                    new TensorSpec("x", ElementType.FLOAT, List.of(-1L, 2L))),
            List.of(
                    new TensorSpec("label", ElementType.STRING, List.of(-1L)),
                    new TensorSpec("p", ElementType.FLOAT, List.of(-1L, 2L), List.of("ok", "worn"))),
            Map.of());

    private static List<String> problems(String inputs, String rest) throws ConfigException {
        String yaml = "pipeline: p\nmodel:\n  uri: m.onnx\n  inputs: " + inputs + "\n" + rest;
        return ContractCheck.check(PipelineReader.read("p.yaml", yaml, name -> null), MODEL).stream()
                .map(Problem::message)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {site: [/site], x: [/a, /b]}                    | '  scores: {worn: {output: p, label: worn}}'
            {site: [{constant: north}], x: [/a, {constant: 2}]} | '  scores: {worn: {output: label, label: worn}}'
            {site: [/site], x: [/a, {field: /mode, vocabulary: [idle, run]}]} | '  scores: {w: {output: p, index: 1}}'
            """)
    void whatFitsFits(String inputs, String rest) throws ConfigException {
        assertThat(problems(inputs, rest)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {site: [{field: /site, lag: 1}], x: [/a, /b]} | '' | must be a field itself or a constant, because the model takes text: site: string[?, 1]
            {site: [/site], x: [/a, /site]}               | '' | must be made of numbers for the model's float[?, 2], but field /site feeds an input of text too
            {site: [/site], x: [/a, {constant: much}]}    | '' | must be a number for the model's x: float[?, 2], got: much
            {site: [/site], x: [/a, /b]} | '  scores: {s: label}' | must give the label that it stands for, because the model gives text: label: string[?]
            {site: [/site], x: [/a, /b]} | '  scores: {s: {output: p, label: torn}}' | must be a label of p: float[?, 2] (it has ok, worn), got: torn; did you mean worn?
            {site: [/site], x: [/a, /b]} | 'quality: {fields: {/site: {min: 0}}}' | must be a field of numbers, but the model takes it as text
            {site: [/site], x: [{field: /m, vocabulary: [a, b]}, {field: /m, vocabulary: [b, a]}]} | '' | must have the vocabulary that /m has elsewhere
            {site: [/site], x: [{field: /m, vocabulary: [a, b]}, /m]} | '' | must come with the vocabulary that /m has elsewhere
            """)
    void whatDoesNotFitNamesTheInputTheTypeAndTheField(String inputs, String rest, String problem)
            throws ConfigException {
        assertThat(problems(inputs, rest)).containsExactly(problem);
    }
}
