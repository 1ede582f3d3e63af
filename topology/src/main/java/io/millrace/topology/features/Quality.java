package io.millrace.topology.features;

import io.millrace.topology.config.QualityConfig;
import io.millrace.topology.decode.Event;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether the sensors' data allow a judgement at all, before the model is asked. Where they do not, the
 * answer says why: never a false alarm, never a false all-clear. Immutable and thread-safe.
 *
 * <p>Of events found insufficient, those that are missing a value, out of range, ahead of the clock or late leave
 * no trace in the device's state; a frozen sensor's do, or it could never thaw.
 */
public final class Quality {
    private final List<Limits> fields;
    private final int[] at; // of each field, with its limits: the records themselves are scattered over the heap
    private final double[] min;
    private final double[] max;
    private final Limits[] frozen;
    private final long clockAheadMs;

    /**
     * What is asked of one field.
     *
     * @param name as configured, for the reason
     * @param field index among the event's values
     * @param min the least value that the sensor can give
     * @param max the greatest
     * @param frozenAfter equal values in a row that make the sensor a frozen one; a field of {@link
     *     QualityConfig.Limits#NEVER} is not watched
     */
    public record Limits(String name, int field, double min, double max, int frozenAfter) {
        /** Any number will do. */
        public static Limits none(String name, int field) {
            return new Limits(
                    name, field, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, QualityConfig.Limits.NEVER);
        }

        /** Whether the field is watched for a frozen sensor. */
        public boolean watched() {
            return frozenAfter != QualityConfig.Limits.NEVER;
        }
    }

    /**
     * @param fields limits of each field, in the order of the state layout's watched fields where they are watched
     * @param clockAheadMs how far event time may be ahead of the record's own timestamp
     */
    public Quality(List<Limits> fields, long clockAheadMs) {
        this.fields = List.copyOf(fields);
        this.at = fields.stream().mapToInt(Limits::field).toArray();
        this.min = fields.stream().mapToDouble(Limits::min).toArray();
        this.max = fields.stream().mapToDouble(Limits::max).toArray();
        this.frozen = fields.stream().filter(limits -> limits.watched()).toArray(Limits[]::new);
        this.clockAheadMs = clockAheadMs;
    }

    /**
     * Why an event cannot be judged, whatever the device's past; {@code null} if it can.
     *
     * @param recordTimestampMs the record's own timestamp; negative if it has none, and then no clock is ahead of it
     */
    public @Nullable String judge(Event event, long recordTimestampMs) {
        double[] values = event.values();
        for (int i = 0; i < at.length; i++) {
            double value = values[at[i]];
            if (!(value >= min[i] && value <= max[i])) { // NaN is neither
                return refuse(fields.get(i), value);
            }
        }
        long ahead = event.timeMs() - recordTimestampMs;
        if (ahead > clockAheadMs && recordTimestampMs >= 0) {
            return "clock-ahead: event time is " + ahead + " ms ahead of the record's, more than " + clockAheadMs;
        }
        return null;
    }

    private static String refuse(Limits limits, double value) {
        return Double.isNaN(value)
                ? "missing " + limits.name()
                : String.format(
                        Locale.ROOT,
                        "out-of-range %s: must be between %s and %s, got: %s",
                        limits.name(),
                        limits.min(),
                        limits.max(),
                        value);
    }

    /** Why an event cannot be taken into the device's past; {@code null} if it can. */
    public static @Nullable String judgeOrder(long timeMs, DeviceState past) {
        return past.lastTimeMs() != DeviceState.NO_TIME && timeMs < past.lastTimeMs()
                ? "late: event time is " + (past.lastTimeMs() - timeMs) + " ms before the device's last"
                : null;
    }

    /** Why an event that was just taken into the device's past cannot be judged; {@code null} if it can. */
    public @Nullable String judgeFrozen(DeviceState state) {
        for (int watched = 0; watched < frozen.length; watched++) {
            if (state.repeats(watched) >= frozen[watched].frozenAfter()) {
                return "frozen " + frozen[watched].name() + ": " + state.repeats(watched) + " equal values in a row";
            }
        }
        return null;
    }
}
