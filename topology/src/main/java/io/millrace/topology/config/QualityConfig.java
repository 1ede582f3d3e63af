package io.millrace.topology.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When a device's readings are not fit to be scored; {@code quality} in the file.
 *
 * @param clockAhead how far an event's time may be ahead of the record's arrival
 * @param fields the limits of each field, by JSON pointer, in the file's order
 */
public record QualityConfig(Duration clockAhead, Map<String, Limits> fields) {
    static final IntRange FROZEN_AFTER = new IntRange(2, Limits.NEVER - 1);

    public QualityConfig {
        if (clockAhead.isNegative()) {
            throw new Violation("must not be negative, got: " + clockAhead, "clock-ahead");
        }
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        fields.keySet().forEach(field -> Rules.POINTER.check("fields", field));
    }

    /**
     * What a sound sensor reports.
     *
     * @param min the least plausible value; negative infinity where there is none
     * @param max the greatest plausible value; positive infinity where there is none
     * @param frozenAfter so many identical values in a row mean a frozen sensor; {@link #NEVER} where none do
     */
    public record Limits(double min, double max, int frozenAfter) {
        /** No number of identical values means a frozen sensor. */
        public static final int NEVER = Integer.MAX_VALUE;

        public Limits {
            if (!(min <= max)) {
                throw new Violation("must not be above max, got: min " + min + " and max " + max, "min", "max");
            }
            if (min == Double.NEGATIVE_INFINITY && max == Double.POSITIVE_INFINITY && frozenAfter == NEVER) {
                throw new Violation("must have min, max or frozen-after", "");
            }
            if (frozenAfter != NEVER) {
                FROZEN_AFTER.check("frozen-after", frozenAfter);
            }
        }
    }
}
