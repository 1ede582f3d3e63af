package io.millrace.topology.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the pipeline learns of its devices beside their telemetry; {@code registry} in the file. All these topics are keyed
 * by device.
 *
 * @param twins the table of the devices' twins: JSON, compacted; a record without a value takes a twin away
 * @param changes changes of twins, of which each has the members that it sets and {@code null} for those that it removes
 * @param retired a record without a value for each device that is no more
 * @param properties what is read of a twin: JSON pointers, by the name that rules and alerts have for it; in the file's order
 * @param predictions whether predictions tell them too
 */
public record RegistryConfig(
        Optional<String> twins,
        Optional<String> changes,
        Optional<String> retired,
        Map<String, String> properties,
        boolean predictions) {
    static final IntRange PROPERTIES = new IntRange(0, 64);
    private static final Set<String> WORDS = Set.of("and", "or", "not", AlertingConfig.MODEL);

    /** What a file has that says nothing of it. */
    public static final RegistryConfig NONE =
            new RegistryConfig(Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), false);

    /** A name for conditions, in which it stands without quotes. */
    static final TextRule PROPERTY = new TextRule(
            "(?!(" + String.join("|", WORDS) + ")\\z)[A-Za-z][A-Za-z0-9._-]{0,99}",
            "must be 1 to 100 letters, digits, '.', '_' or '-', with a letter first, and not and, or, not or model");

    public RegistryConfig {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        PROPERTIES.check("properties", properties.size());
        properties.forEach((name, pointer) -> {
            PROPERTY.check("properties", name);
            Rules.POINTER.check("properties." + name, pointer);
        });
        if (twins.or(() -> changes).isPresent() == properties.isEmpty()) {
            throw properties.isEmpty()
                    ? new Violation("is required where twins are read", "properties", "twins", "changes")
                    : new Violation("is required where properties are read", "twins", "changes", "properties");
        }
        if (predictions && properties.isEmpty()) {
            throw new Violation("needs properties to tell", "predictions", "properties");
        }
        requireOthers("changes", changes, "twins", twins);
        requireOthers("retired", retired, "twins", twins);
        requireOthers("retired", retired, "changes", changes);
    }

    private static void requireOthers(
            String key, Optional<String> topic, String otherKey, Optional<String> otherTopic) {
        topic.ifPresent(name -> {
            Rules.TOPIC.check(key, name);
            otherTopic.ifPresent(other -> TopicsConfig.requireOthers(key, name, otherKey, other));
        });
    }

    /** Those of its topics that are given. */
    public List<String> topics() {
        return Stream.of(twins, changes, retired).flatMap(Optional::stream).toList();
    }

    /** Refuses to read what the pipeline reads already, or writes. */
    RegistryConfig requireApartFrom(String source, TopicsConfig written) {
        Map<String, Optional<String>> own = new LinkedHashMap<>();
        own.put("registry.twins", twins);
        own.put("registry.changes", changes);
        own.put("registry.retired", retired);
        own.forEach((key, topic) -> topic.ifPresent(name -> {
            TopicsConfig.requireOthers(key, name, "source.topic", source);
            TopicsConfig.requireOthers(key, name, "topics.predictions", written.predictions());
            TopicsConfig.requireOthers(key, name, "topics.alerts", written.alerts());
            TopicsConfig.requireOthers(key, name, "topics.dead-letters", written.deadLetters());
            TopicsConfig.requireOthers(key, name, "topics.controls", written.controls());
        }));
        return this;
    }
}
