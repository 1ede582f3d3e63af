package io.millrace.topology.config;

import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The model and what goes in and out of it; {@code model} in the file. Maps keep the file's order.
 *
 * @param name the model's name on every prediction
 * @param version its version on every prediction
 * @param file the ONNX file; {@code uri} in the file. None where only a server has the model
 * @param sha256 what the file must be, 64 lower-case hexadecimal digits
 * @param runs where and how it runs
 * @param inputs what fills each input, by the input's name
 * @param scores where each score comes from, by the score's name; empty: every output gives scores
 * @param state recurrent state: output to the input that it becomes at the device's next event
 */
public record ModelConfig(
        String name,
        Optional<String> version,
        Optional<Path> file,
        Optional<String> sha256,
        DeviceConfig runs,
        Map<String, InputMapping> inputs,
        Map<String, ScoreConfig> scores,
        Map<String, String> state) {
    public ModelConfig {
        Rules.LABEL.check("name", name);
        version.ifPresent(value -> Rules.LABEL.check("version", value));
        sha256.ifPresent(value -> Rules.SHA256.check("sha256", value));
        sha256 = sha256.map(value -> value.toLowerCase(Locale.ROOT));
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
        if (file.isEmpty() && !runs.require()) {
            throw new Violation("must come with uri: without the model's file there is no falling back", "require");
        }
        if (file.isEmpty() && sha256.isPresent()) {
            throw new Violation("must come with uri", "sha256");
        }
        if (inputs.isEmpty()) {
            throw new Violation("must map at least one input of the model", "inputs");
        }
        Set<String> fed = new HashSet<>(inputs.keySet());
        for (Map.Entry<String, String> pair : state.entrySet()) {
            if (!fed.add(pair.getValue())) {
                throw new Violation(
                        "must feed an input that nothing else feeds, got: " + pair.getValue(),
                        "state." + pair.getKey(),
                        "inputs");
            }
        }
    }

    /** What a row has of each input; see {@link io.millrace.scorers.OnnxOptions}. */
    public Map<String, List<Long>> rowShapes() {
        return inputs.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue()
                .shape()));
    }

    /**
     * The scores that a model gives, by name and in order: those configured, or else every element of every output
     * that is not recurrent state. The only element of an output is named after it, one of several
     * {@code NAME[0]}, {@code NAME[1]} and so on, or {@code NAME[LABEL]} where the model tells labels. Text is no score
     * unless it is configured.
     */
    public Map<String, ScoreConfig> scoresOf(ModelContract contract) {
        if (!scores.isEmpty()) {
            return scores;
        }
        Map<String, ScoreConfig> all = new LinkedHashMap<>();
        for (TensorSpec output : contract.outputs()) {
            if (!state.containsKey(output.name()) && !output.type().isText()) {
                addAll(output, all);
            }
        }
        return all;
    }

    private static void addAll(TensorSpec output, Map<String, ScoreConfig> all) {
        if (output.rowSize() == 1) {
            all.put(output.name(), new ScoreConfig(output.name(), OptionalInt.empty()));
            return;
        }
        for (int i = 0; i < output.rowSize(); i++) {
            String label = output.labels().isEmpty()
                    ? Integer.toString(i)
                    : output.labels().get(i);
            all.put(output.name() + "[" + label + "]", new ScoreConfig(output.name(), OptionalInt.of(i)));
        }
    }
}
