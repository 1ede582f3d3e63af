package io.millrace.loadtest.run;

import java.time.Duration;
import java.util.Locale;

/** What a sustained rate means for somebody's fleet. */
final class Capacity {

    /** Instances are planned to be this busy: the rest is for bursts and for those that take over from a lost one. */
    private static final double UTILISATION = 0.7;

    private Capacity() {}

    /**
     * The answer in words, with its formula.
     *
     * @param rate records per second that one instance sustains, the median of several searches
     * @param cpuNanos of the pipeline per record
     * @param fleetRate events per second to plan for; 0 for none
     * @param threads stream threads of an instance
     */
    static String words(
            double rate, double least, double most, Duration p99, double cpuNanos, double fleetRate, int threads) {
        String limit = p99.isZero() ? "" : String.format(Locale.ROOT, " within p99 ≤ %d ms", p99.toMillis());
        String carries = String.format(
                Locale.ROOT,
                "On this machine one instance carries %,.0f events/s%s (searches found %,.0f to %,.0f);"
                        + " CPU per event %.1f µs.",
                rate,
                limit,
                least,
                most,
                cpuNanos / 1000);
        if (fleetRate <= 0 || rate <= 0) {
            return carries;
        }
        long instances = instances(rate, fleetRate);
        return carries
                + String.format(
                        Locale.ROOT,
                        " For your %,.0f events/s plan %d instance(s) and at least %d partitions"
                                + " (instances = ⌈events/s ÷ (%.0f %% × %,.0f)⌉; a partition for each stream thread).",
                        fleetRate,
                        instances,
                        instances * threads,
                        UTILISATION * 100,
                        rate);
    }

    static long instances(double rate, double fleetRate) {
        return (long) Math.ceil(fleetRate / (UTILISATION * rate));
    }
}
