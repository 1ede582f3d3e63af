package io.millrace.scorers;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a model asks for and what it gives: all that the pipeline may know about it.
 *
 * @param name the model's name as configured, or its file's name
 * @param sha256 SHA-256 of the model file, 64 lower-case hexadecimal digits; empty where only a server has the model
 * @param inputs the inputs, in the graph's order
 * @param outputs the outputs, in the graph's order
 * @param metadata the model's own key-value metadata
 */
public record ModelContract(
        String name, String sha256, List<TensorSpec> inputs, List<TensorSpec> outputs, Map<String, String> metadata) {
    private static final String THRESHOLD = "millrace.threshold";

    public ModelContract {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        metadata = Map.copyOf(metadata);
    }

    /**
     * Where the model itself says that an alert is raised: {@code millrace.threshold} in its metadata, alone or, where
     * there is one only, about an output. Empty where it says nothing of the kind, or no finite number.
     */
    public OptionalDouble threshold() {
        List<String> said = metadata.entrySet().stream()
                .filter(entry ->
                        entry.getKey().equals(THRESHOLD) || entry.getKey().startsWith(THRESHOLD + "."))
                .map(Map.Entry::getValue)
                .toList();
        try {
            double threshold =
                    Double.parseDouble(said.size() == 1 ? said.get(0) : metadata.getOrDefault(THRESHOLD, ""));
            return Double.isFinite(threshold) ? OptionalDouble.of(threshold) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /** The input of that name, if the model has one. */
    public Optional<TensorSpec> input(String name) {
        return inputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    /** The output of that name, if the model has one. */
    public Optional<TensorSpec> output(String name) {
        return outputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }
}
