package io.millrace.scorers;

/**
 * What a call of a model costs: {@code nanos = callNanos + nanosPerRow · rows}.
 *
 * <p>The share of a call that goes into rows and not into the call itself is {@code b·n / (a + b·n)}; with
 * {@code n = 9·a/b} rows it is 90 %, and larger batches gain little more. They cost latency, and in trees and
 * convolutions also cache.
 *
 * @param callNanos a, the fixed cost of a call in nanoseconds, 0 or more
 * @param nanosPerRow b, the cost of one more row in nanoseconds, above 0
 */
public record CostFit(double callNanos, double nanosPerRow) {
    /** A row that seems to cost less than this has been lost in the clock's noise. */
    private static final double LEAST_NANOS_PER_ROW = 0.1;

    public CostFit {
        if (!(callNanos >= 0) || !(nanosPerRow > 0)) {
            throw new IllegalArgumentException(
                    "callNanos must be at least 0 and nanosPerRow above 0, got: " + callNanos + " and " + nanosPerRow);
        }
    }

    /**
     * The line through measured calls with the least sum of squared <em>relative</em> errors, so that the
     * short calls, which show the fixed cost, count as much as the long ones.
     *
     * @param rows batch sizes, at least one
     * @param nanos what a call of that size took, above 0
     */
    public static CostFit of(int[] rows, double[] nanos) {
        if (rows.length == 0 || rows.length != nanos.length) {
            throw new IllegalArgumentException("rows and nanos must have the same length of at least 1, got: "
                    + rows.length + " and " + nanos.length);
        }
        double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
        for (int i = 0; i < rows.length; i++) {
            double x = rows[i];
            double y = nanos[i];
            double weight = 1 / (y * y);
            w += weight;
            wx += weight * x;
            wy += weight * y;
            wxx += weight * x * x;
            wxy += weight * x * y;
        }
        double spread = w * wxx - wx * wx;
        // With a single size nothing tells the call from its rows: count all of it to the rows.
        double perRow = spread <= 1e-12 * w * wxx ? wy / wx : (w * wxy - wx * wy) / spread;
        perRow = Math.max(perRow, LEAST_NANOS_PER_ROW);
        double perCall = (wy - perRow * wx) / w;
        return perCall >= 0 ? new CostFit(perCall, perRow) : new CostFit(0, Math.max(wxy / wxx, LEAST_NANOS_PER_ROW));
    }

    /** Rows from which on larger batches gain less than a tenth, at least 1 and at most {@code max}. */
    public int suggestedRows(int max) {
        return (int) Math.max(1, Math.min(max, Math.ceil(9 * callNanos / nanosPerRow)));
    }

    /** What a call with that many rows is expected to take, in nanoseconds. */
    public double nanos(int rows) {
        return callNanos + nanosPerRow * rows;
    }
}
