package io.millrace.connectors.broker;

import java.util.Map;

/**
 * A topic that must exist.
 *
 * @param name its name
 * @param partitions how many it must have at least, and gets when it is created
 * @param exactly whether more partitions will not do either
 * @param settings topic settings such as {@code cleanup.policy} that it must have, and gets when it is created
 */
public record TopicSpec(String name, int partitions, boolean exactly, Map<String, String> settings) {
    public TopicSpec {
        if (name.isBlank()) {
            throw new IllegalArgumentException("topic name must not be blank");
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("topic " + name + " must have at least 1 partition, got: " + partitions);
        }
        settings = Map.copyOf(settings);
    }

    /** A topic to which further partitions do no harm. */
    public TopicSpec(String name, int partitions, Map<String, String> settings) {
        this(name, partitions, false, settings);
    }

    /** The same topic, which must have so many partitions and no more. */
    public TopicSpec exact() {
        return new TopicSpec(name, partitions, true, settings);
    }

    /** A topic that keeps records for as long as the broker's retention says. */
    public static TopicSpec of(String name, int partitions) {
        return new TopicSpec(name, partitions, Map.of());
    }

    /** A topic that keeps the latest record of each key. */
    public static TopicSpec compacted(String name, int partitions) {
        return new TopicSpec(name, partitions, Map.of("cleanup.policy", "compact"));
    }
}
