package io.millrace.deploy.run;

import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The {@code model} section of a pipeline.yaml that fits a model. Feature names are the model's own, where its
 * metadata tell them under {@code millrace.features} (comma-separated, over all inputs in order); else {@code f0},
 * {@code f1} and so on.
 */
public final class ModelSkeleton {
    private static final String FEATURES = "millrace.features";
    private static final int MOST_NAMES = 4096;

    private final ModelContract contract;
    private final Map<String, String> state;
    private final List<String> features;
    private final boolean named;

    public ModelSkeleton(ModelContract contract) {
        this.contract = contract;
        this.state = recurrent(contract);
        int wanted = Math.min(
                MOST_NAMES, fed().stream().mapToInt(ModelSkeleton::channels).sum());
        String metadata = contract.metadata().getOrDefault(FEATURES, "").trim();
        List<String> told = metadata.isEmpty() ? List.of() : List.of(metadata.split("\\s*,\\s*"));
        this.named = told.size() == wanted;
        List<String> names = new ArrayList<>(told.subList(0, named ? wanted : 0));
        for (int i = names.size(); i < wanted; i++) {
            names.add("f" + i);
        }
        this.features = List.copyOf(names);
    }

    /** Whether the model's metadata name its features. */
    public boolean namesItsFeatures() {
        return named;
    }

    /** The features' names, over all inputs in order. */
    public List<String> features() {
        return features;
    }

    /** The section, with these fields for the features. */
    public String model(Path file, List<String> fields) {
        StringBuilder yaml = new StringBuilder("model:\n  uri: ")
                .append(quoted("file:" + file.toAbsolutePath().normalize()))
                .append("\n  sha256: ")
                .append(contract.sha256())
                .append("\n  inputs:\n");
        int next = 0;
        for (TensorSpec input : fed()) {
            int end = next + channels(input);
            String pointers = fields.subList(next, end).stream()
                    .map(field -> quoted("/" + field.replace("~", "~0").replace("/", "~1")))
                    .collect(Collectors.joining(", ", "[", "]"));
            next = end;
            yaml.append("    ").append(quoted(input.name())).append(": ");
            if (isWindow(input)) {
                yaml.append("{window: ").append(Math.max(1, input.shape().get(1)));
                yaml.append(", fields: ").append(pointers).append("}\n");
            } else {
                yaml.append(pointers).append('\n');
            }
        }
        if (!state.isEmpty()) {
            yaml.append(state.entrySet().stream()
                    .map(pair -> quoted(pair.getKey()) + ": " + quoted(pair.getValue()))
                    .collect(Collectors.joining(", ", "  state: {", "}\n")));
        }
        return yaml.toString();
    }

    /** The inputs that fields feed: all but those that the model's own state does. */
    private List<TensorSpec> fed() {
        return contract.inputs().stream()
                .filter(input -> !state.containsValue(input.name()))
                .toList();
    }

    private static boolean isWindow(TensorSpec input) {
        return input.shape().size() == 3;
    }

    private static int channels(TensorSpec input) {
        return isWindow(input) ? (int) Math.max(1, input.shape().get(2)) : input.rowSize();
    }

    /** Outputs that look like the next call's input: alike but for in and out at the end of the name. */
    private static Map<String, String> recurrent(ModelContract contract) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (TensorSpec output : contract.outputs()) {
            String stem = output.name().replaceAll("_?out(put)?$", "");
            contract.inputs().stream()
                    .filter(input -> !stem.equals(output.name())
                            && input.name().replaceAll("_?in(put)?$", "").equals(stem)
                            && input.type() == output.type()
                            && input.rowSize() == output.rowSize())
                    .findFirst()
                    .ifPresent(input -> pairs.put(output.name(), input.name()));
        }
        return pairs.size() < contract.inputs().size() ? pairs : Map.of(); // something must come from outside
    }

    /** As it is where YAML reads it as one plain word, in quotes elsewhere. */
    private static String quoted(String text) {
        boolean plain = text.matches("[A-Za-z0-9_/][A-Za-z0-9_./:~-]*") && !text.endsWith(":");
        return plain ? text : "'" + text.replace("'", "''") + "'";
    }
}
