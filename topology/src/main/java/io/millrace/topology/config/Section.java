package io.millrace.topology.config;

import io.millrace.topology.config.Locations.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * One mapping of the file, read key by key. A key is known because somebody asks for it; {@link #build} reports
 * the others. A missing section is an empty one, so that every default has one place.
 */
final class Section {
    private final Reading reading;
    private final String path;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    Section(Reading reading, String path, List<NodeTuple> tuples) {
        this.reading = reading;
        this.path = path;
        tuples.forEach(this::add);
    }

    private void add(NodeTuple tuple) {
        Location place = Location.of(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
            reading.report(child("?"), place, "must be a single value, as every key, got: a list or a mapping");
            return;
        }
        String key = scalar.getValue();
        Value value = new Value(reading, child(key), place, tuple.getValueNode());
        Value first = values.putIfAbsent(key, value);
        if (first == null) {
            reading.locate(value.path(), place);
        } else {
            value.report("must be given once, it stands on line " + first.at().line() + " too");
        }
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    Optional<Value> value(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }

    /** Every key with its value, in the file's order, where the keys are the user's own names. */
    Map<String, Value> all() {
        known.addAll(values.keySet());
        return Collections.unmodifiableMap(values);
    }

    <T> Optional<T> optional(String key, Rule<T> rule) {
        return value(key).flatMap(value -> value.as(rule));
    }

    <T> T get(String key, Rule<T> rule, T fallback) {
        return optional(key, rule).orElse(fallback);
    }

    /** A key that must be there. The stand-in keeps the reading going after its absence has been reported. */
    <T> T require(String key, Rule<T> rule, T standIn) {
        if (!has(key) && !reading.reported(child(key))) {
            report(key, "is required");
        }
        return get(key, rule, standIn);
    }

    Section section(String key) {
        return value(key).map(Value::section).orElseGet(() -> new Section(reading, child(key), List.of()));
    }

    List<Value> list(String key) {
        return value(key).map(Value::list).orElse(List.of());
    }

    void report(String key, String message) {
        reading.report(child(key), message);
    }

    /**
     * Makes what this section describes, then reports the keys that nobody asked for.
     *
     * @return empty where a rule across keys is broken; it is reported unless one of these keys already was
     */
    <T> Optional<T> build(Supplier<T> maker) {
        Optional<T> made = Optional.empty();
        try {
            made = Optional.of(maker.get());
        } catch (Violation e) {
            if (e.keys().stream().noneMatch(key -> reading.reported(child(key)))) {
                report(e.keys().get(0), e.rule());
            }
        }
        values.keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> report(key, "is not a known key" + Suggestion.of(key, known)));
        return made;
    }

    private String child(String key) {
        return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }
}
