package io.millrace.loadtest.generate;

import java.time.Duration;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What the generator did.
 *
 * @param records handed to Kafka
 * @param malformed of them spoilt on purpose
 * @param plannedNanos how long the schedule lasts
 * @param tookNanos how long it took until the last record was handed over
 * @param scheduleDelay how long after its intended time each record after the warm-up was handed over, in nanoseconds
 */
public record Generated(long records, long malformed, long plannedNanos, long tookNanos, Histogram scheduleDelay) {

    private static final double TOLERATED_OVERRUN = 1.01;

    /** Records per second that were offered. */
    public double rate() {
        return records * 1e9 / Math.max(1, Math.max(plannedNanos, tookNanos));
    }

    /** Why the run proves nothing: the generator, not what was measured, fell behind. Empty if it kept up. */
    public Optional<String> invalid(Duration limit) {
        long delay = scheduleDelay.getValueAtPercentile(99);
        if (delay > limit.toNanos()) {
            return Optional.of(String.format(
                    "the generator fell behind: p99 of its schedule delay must be at most %d ms, got: %.1f ms",
                    limit.toMillis(), delay / 1e6));
        }
        if (tookNanos > plannedNanos * TOLERATED_OVERRUN + limit.toNanos()) {
            return Optional.of(String.format(
                    "the generator fell behind: the schedule must take %.2f s, got: %.2f s",
                    plannedNanos / 1e9, tookNanos / 1e9));
        }
        return Optional.empty();
    }
}
