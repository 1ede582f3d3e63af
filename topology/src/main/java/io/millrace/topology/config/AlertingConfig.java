package io.millrace.topology.config;

import io.millrace.topology.config.AlertConfig.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What holds for all alerts of a pipeline; {@code alerting} in the file.
 *
 * @param tell which changes go to the alerts topic
 * @param catchUp an event that is older than that belongs to the past: what it raises is not notified
 * @param storm so many alerts of one rule and group in that time are one storm; empty: never
 * @param group what alerts are grouped by: JSON pointers, properties of the twin, or {@code model} for the model's
 *     name and version
 * @param explain whether a raise tells the features that contributed most
 * @param keep how long a resolved alert stays in the topic
 */
public record AlertingConfig(
        Tell tell, Duration catchUp, Optional<Rate> storm, List<String> group, boolean explain, Duration keep) {
    /** The word for the model in {@code group}. */
    public static final String MODEL = "model";

    static final IntRange MOST_CHILDREN = new IntRange(2, 10_000);

    /** What a file has that says nothing of it. */
    public static final AlertingConfig DEFAULT = new AlertingConfig(
            Tell.DECISIONS, Duration.ofMinutes(5), Optional.empty(), List.of(), true, Duration.ofDays(7));

    static Rule<String> group(Set<String> properties) {
        return text -> {
            try {
                return text.equals(MODEL) || properties.contains(text) ? text : Rules.POINTER.read(text);
            } catch (Violation e) {
                throw new Violation(e.rule() + ", or " + MODEL
                        + (properties.isEmpty() ? "" : ", or one of the properties " + properties));
            }
        };
    }

    /** Which changes are told. */
    public enum Tell {
        /** All but the steps on the way: an alert that is pending, was withdrawn, or begins to recover. */
        DECISIONS,
        /** Every change of state. */
        ALL
    }

    public AlertingConfig {
        group = List.copyOf(group);
        storm.ifPresent(rate -> MOST_CHILDREN.check("storm", rate.count()));
    }
}
