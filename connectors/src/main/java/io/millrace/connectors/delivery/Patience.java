package io.millrace.connectors.delivery;

import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/**
 * How often and how long a delivery is tried.
 *
 * @param timeout how long the receiver may take to answer
 * @param backoff the pauses between tries
 * @param retryFor how long a record is tried before it becomes a dead letter
 */
public record Patience(Duration timeout, Backoff backoff, Duration retryFor) {
    private static final String TIMEOUT = ".timeout.ms";
    private static final String BACKOFF = ".backoff.ms";
    private static final String BACKOFF_MAX = ".backoff.max.ms";
    private static final String RETRY_FOR = ".retry.for.ms";

    /** Adds its keys to a connector's, with the connector's own word in front. */
    public static ConfigDef define(ConfigDef definition, String prefix) {
        return definition
                .define(
                        prefix + TIMEOUT,
                        ConfigDef.Type.INT,
                        10_000,
                        Range.between(100, 300_000),
                        Importance.LOW,
                        "How long the receiver may take to answer.")
                .define(
                        prefix + BACKOFF,
                        ConfigDef.Type.INT,
                        1_000,
                        Range.between(1, 3_600_000),
                        Importance.LOW,
                        "The pause after a first failure; each further one doubles it.")
                .define(
                        prefix + BACKOFF_MAX,
                        ConfigDef.Type.INT,
                        60_000,
                        Range.between(1, 3_600_000),
                        Importance.LOW,
                        "The longest pause.")
                .define(
                        prefix + RETRY_FOR,
                        ConfigDef.Type.LONG,
                        Duration.ofHours(1).toMillis(),
                        Range.atLeast(0),
                        Importance.MEDIUM,
                        "How long a record is tried before it becomes a dead letter.");
    }

    /** Reads what {@link #define} has defined. */
    public static Patience of(AbstractConfig config, String prefix) {
        return new Patience(
                Duration.ofMillis(config.getInt(prefix + TIMEOUT)),
                new Backoff(
                        Duration.ofMillis(config.getInt(prefix + BACKOFF)),
                        Duration.ofMillis(config.getInt(prefix + BACKOFF_MAX))),
                Duration.ofMillis(config.getLong(prefix + RETRY_FOR)));
    }
}
