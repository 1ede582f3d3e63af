package io.millrace.deploy.demo;

import java.time.Duration;

/**
 * One fault of one pump.
 *
 * @param pump the pump's index in the fleet
 * @param sensor the sensor that fails, for the kinds that are a sensor's; the others show in several signals
 * @param startMs epoch milliseconds, inclusive
 * @param endMs epoch milliseconds, exclusive
 */
public record Fault(int pump, FaultKind kind, Signal sensor, long startMs, long endMs) {
    /** A machine fault grows to its full strength in this time. */
    static final Duration ONSET = Duration.ofSeconds(4);

    public Fault {
        if (endMs <= startMs) {
            throw new IllegalArgumentException(
                    "a fault's end must be after its start (" + startMs + "), got: " + endMs);
        }
    }

    /** How far the fault has grown: 0 before its start, rising to 1 within {@link #ONSET}, 0 again once repaired. */
    double severity(long timeMs) {
        if (timeMs < startMs || timeMs >= endMs) {
            return 0;
        }
        return Math.min(1, (timeMs - startMs) / (double) ONSET.toMillis());
    }
}
