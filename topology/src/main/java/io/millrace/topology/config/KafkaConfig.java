package io.millrace.topology.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is passed to Kafka's clients as it is; {@code kafka} in the file. Values may be secrets: {@link #toString}
 * shows keys only.
 */
public record KafkaConfig(Map<String, String> properties) {
    private static final String BYTES =
            "must be left out: Millrace reads and writes the bytes itself, see source.format";
    private static final String COMMITS = "must be left out: Millrace commits with its output, see guarantee";

    /** The keys that are the pipeline's own, and what to do instead. */
    private static final Map<String, String> OWNED = Map.ofEntries(
            Map.entry("application.id", "must be left out: give pipeline instead"),
            Map.entry("group.id", "must be left out: give pipeline instead"),
            Map.entry("processing.guarantee", "must be left out: give guarantee instead"),
            Map.entry("transactional.id", COMMITS),
            Map.entry("enable.auto.commit", COMMITS),
            Map.entry("state.dir", "must be left out: give state.dir of the pipeline instead"),
            Map.entry("default.key.serde", BYTES),
            Map.entry("default.value.serde", BYTES),
            Map.entry("key.serializer", BYTES),
            Map.entry("value.serializer", BYTES),
            Map.entry("key.deserializer", BYTES),
            Map.entry("value.deserializer", BYTES));

    public KafkaConfig {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        properties.keySet().forEach(key -> refusal(key).ifPresent(rule -> {
            throw new Violation(rule, key);
        }));
        if (properties.getOrDefault("bootstrap.servers", "present").isBlank()) {
            throw new Violation("must not be empty: leave it out for the embedded broker", "bootstrap.servers");
        }
    }

    /** Why a key cannot be given, where it cannot. Kafka Streams also takes each with the name of a client before it. */
    static Optional<String> refusal(String key) {
        return Optional.ofNullable(
                OWNED.get(key.replaceFirst("^((main\\.|restore\\.|global\\.)?consumer|producer|admin)\\.", "")));
    }

    /** Whether no cluster is named, so that the pipeline brings its own broker. */
    public boolean isEmbedded() {
        return !properties.containsKey("bootstrap.servers");
    }

    @Override
    public String toString() {
        return "KafkaConfig" + properties.keySet();
    }
}
