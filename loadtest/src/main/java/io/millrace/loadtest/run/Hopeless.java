package io.millrace.loadtest.run;

import io.millrace.loadtest.scenario.Scenario;
import java.time.Duration;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Says when a run at a constant rate cannot be sustained any more, whatever comes: when more than one in a hundred of
 * all its records are already late, those seen and those that have been on their way for longer than the limit.
 * Without a limit it is a lag of ten seconds' load.
 */
final class Hopeless {

    private static final double MOST_LATE = 0.01;
    private static final double MOST_LAG_SECONDS = 10;

    private final double rate;
    private final double warmSeconds;
    private final double records;
    private final Duration limit;

    Hopeless(Scenario scenario) {
        this.rate = scenario.load().rate();
        this.warmSeconds = scenario.load().warmupNanos() / 1e9;
        this.records = rate * scenario.load().duration().toNanos() / 1e9;
        this.limit = scenario.limits().p99();
    }

    /**
     * Why, if so.
     *
     * @param nanos after the start of the load
     * @param lag records on their way
     * @param latency of those seen since the warm-up
     */
    Optional<String> reason(long nanos, long lag, Histogram latency) {
        double loaded = nanos / 1e9 - warmSeconds;
        if (limit.isZero()) {
            return loaded > 0 && lag > rate * MOST_LAG_SECONDS
                    ? Optional.of(String.format("the lag has grown to %.0f s of load", lag / rate))
                    : Optional.empty();
        }
        double limitSeconds = limit.toNanos() / 1e9;
        long seenLate = latency.getCountBetweenValues(limit.toNanos() + 1, Long.MAX_VALUE);
        double unseenLate = Math.min(lag - rate * limitSeconds, rate * (loaded - limitSeconds));
        double late = seenLate + Math.max(0, unseenLate);
        return late > records * MOST_LATE
                ? Optional.of(String.format(
                        "after %.0f s more than one in a hundred of all records was late", Math.max(0, loaded)))
                : Optional.empty();
    }
}
