package io.millrace.topology.detect;

import io.millrace.topology.config.DetectConfig.Budget;

/**
 * Keeps a detector within its budget over all devices that one task sees, by making its gate narrower: adaptive
 * conformal inference (Gibbs and Candès, NeurIPS 2021) with its step on the logarithm,
 *
 * <pre>   ln s ← max(0, ln s + STEP · (told − allowed))</pre>
 *
 * <p>where an event tells 0 or 1, and allows what the budget gives its device for the time since its last event. The
 * gate is divided by {@code s}. Whatever the signals do, in any span of time no more is told than allowed in it, plus
 * {@code ln(s) / STEP} at its end: a score of alarms, not a part of the flood. The gate is never made wider than
 * configured: a quiet fleet is not made to say something.
 *
 * @param log {@code ln s}, 0 or more
 */
public record Strictness(double log) {
    /** At the start: as configured. */
    public static final Strictness NONE = new Strictness(0);

    /** An alarm makes the gate narrower by about a fifth. */
    static final double STEP = 0.2;

    /** No gate passes anything any more that is so narrow: a bound, so that it also comes back. */
    static final double MOST = Math.log(1e9);

    /** From here on it is far from what was configured. */
    public static final double FAR = 10;

    /** By how much the gate is narrower, 1 or more. */
    public double factor() {
        return Math.exp(log);
    }

    /**
     * After an event.
     *
     * @param sinceLastMs time since the device's last event; no more of it counts than the budget's period, so that a
     *     device that comes back after a year brings no year's allowance
     */
    public Strictness after(boolean told, long sinceLastMs, Budget budget) {
        long counted = Math.max(0, Math.min(sinceLastMs, budget.per().toMillis()));
        double allowed = budget.perDeviceMs() * counted;
        double next = log + STEP * ((told ? 1 : 0) - allowed);
        return new Strictness(Math.max(0, Math.min(MOST, next)));
    }

    /** Whether it has just come to be far from what was configured. */
    public boolean hasGoneFar(Strictness before) {
        return factor() >= FAR && before.factor() < FAR;
    }
}
