package io.millrace.scorers;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which texts a model knows: the categories of the encoders that an input's text reaches. A model that has been told
 * to refuse unknown categories can be tried out with nothing else.
 */
final class TextInputs {
    /** What encoders call their categories; the attributes of ONNX-ML's operators. */
    private static final Set<String> CATEGORIES =
            Set.of("cats_strings", "keys_strings", "string_vocabulary", "classlabels_strings", "pool_strings");

    private final List<Node> nodes = new ArrayList<>();

    /** A node of the graph: the tensors that it takes and gives, and the categories that it knows. */
    record Node(List<String> inputs, List<String> outputs, List<String> categories) {}

    static boolean isCategories(String attribute) {
        return CATEGORIES.contains(attribute);
    }

    void add(Node node) {
        nodes.add(node);
    }

    /** Known texts by input, in order; inputs without any are left out. */
    Map<String, List<String>> known(List<ModelInfo.Value> inputs) {
        Map<String, List<String>> known = new LinkedHashMap<>();
        for (ModelInfo.Value input : inputs) {
            if (input.type().startsWith("string")) {
                Set<String> texts = reached(input.name());
                if (!texts.isEmpty()) {
                    known.put(input.name(), List.copyOf(texts));
                }
            }
        }
        return known;
    }

    /** Nodes stand in the order of the data, so that one pass follows a tensor to where its text ends. */
    private Set<String> reached(String input) {
        Set<String> texts = new TreeSet<>();
        Set<String> tensors = new HashSet<>(Set.of(input));
        for (Node node : nodes) {
            if (node.inputs.stream().anyMatch(tensors::contains)) {
                texts.addAll(node.categories);
                if (node.categories.isEmpty()) {
                    tensors.addAll(node.outputs);
                }
            }
        }
        return texts;
    }
}
