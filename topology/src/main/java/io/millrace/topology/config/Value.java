package io.millrace.topology.config;

import io.millrace.topology.config.ConnectorConfig.Setting;
import io.millrace.topology.config.Locations.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One value of the file. Scalars are read from their text, not from the type that YAML would guess: a version 3.10
 * stays 3.10. What is wrong is reported, and reading goes on.
 *
 * @param path the full path of its key
 * @param at where its key stands: for an alias this is the place that uses it
 */
record Value(Reading reading, String path, Location at, Node node) {
    /** A bound on every list; an alias may multiply a long one. */
    static final int MAX_ELEMENTS = 4096;

    private static final int MAX_SHOWN = 80;

    boolean isScalar() {
        return node instanceof ScalarNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Whether its own key keeps that rule; reported if not. */
    boolean isNamedBy(TextRule rule, String key) {
        try {
            rule.read(key);
            return true;
        } catch (Violation e) {
            report("has a key that " + e.rule());
            return false;
        }
    }

    /** The scalar as the rule reads it, or empty where that has been reported as impossible. */
    <T> Optional<T> as(Rule<T> rule) {
        if (!hasKind(ScalarNode.class, "a single value")) {
            return Optional.empty();
        }
        String written = ((ScalarNode) node).getValue();
        String text;
        try {
            text = reading.placeholders().fill(written);
        } catch (Violation e) {
            report(e.rule());
            return Optional.empty();
        }
        try {
            return Optional.of(rule.read(text));
        } catch (Violation e) {
            // As written: what came from the environment or a file may be a secret.
            report(e.rule() + ", got: " + shown(written));
            return Optional.empty();
        }
    }

    /** A connector's setting: a single value, or a list, which Kafka takes as its elements with commas between. */
    Optional<Setting> setting() {
        if (!isList()) {
            return as(Rules.TEXT)
                    .map(filled ->
                            new Setting(filled, reading.placeholders().reference(((ScalarNode) node).getValue())));
        }
        List<Setting> parts =
                list().stream().flatMap(element -> element.setting().stream()).toList();
        return Optional.of(new Setting(
                parts.stream().map(Setting::value).collect(Collectors.joining(",")),
                parts.stream().map(Setting::reference).collect(Collectors.joining(","))));
    }

    /** The mapping, or one without keys where there is none. */
    Section section() {
        return new Section(
                reading, path, hasKind(MappingNode.class, "a mapping") ? ((MappingNode) node).getValue() : List.of());
    }

    /** The elements of the list, or none where there is no list. */
    List<Value> list() {
        if (!hasKind(SequenceNode.class, "a list")) {
            return List.of();
        }
        List<Node> elements = ((SequenceNode) node).getValue();
        if (elements.size() > MAX_ELEMENTS) {
            report("must have at most " + MAX_ELEMENTS + " elements, got: " + elements.size());
            return List.of();
        }
        List<Value> values = new ArrayList<>(elements.size());
        for (Node element : elements) {
            Value value = new Value(reading, path + "[" + values.size() + "]", Location.of(element), element);
            reading.locate(value.path(), value.at());
            values.add(value);
        }
        return values;
    }

    void report(String message) {
        reading.report(path, at, message);
    }

    private boolean hasKind(Class<? extends Node> wanted, String inWords) {
        if (!node.getTag().getValue().startsWith("tag:yaml.org,2002:")) {
            report("must have no YAML tag: quote a value that starts with '!'");
        } else if (node instanceof ScalarNode scalar && isNothing(scalar)) {
            report("must have a value: give one or remove the key");
        } else if (!wanted.isInstance(node)) {
            report("must be " + inWords + ", got: " + kind());
        } else {
            return true;
        }
        return false;
    }

    private static boolean isNothing(ScalarNode scalar) {
        return scalar.isPlain()
                && (scalar.getValue().isEmpty() || scalar.getValue().equals("null"));
    }

    private String kind() {
        return isScalar() ? "a single value" : isList() ? "a list" : "a mapping";
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }
}
