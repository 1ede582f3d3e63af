package io.millrace.topology.detect;

/**
 * A generalised Pareto distribution of excesses over a threshold,
 *
 * <pre>   P(excess &gt; y) = (1 + γ y / σ)^(−1/γ)</pre>
 *
 * <p>to which the excesses of nearly every distribution tend (Pickands 1975; Balkema and de Haan 1974).
 *
 * @param shape γ: above 0 a heavy tail, below 0 one with an end at {@code −σ/γ}
 * @param scale σ, above 0
 */
record ParetoTail(double shape, double scale) {
    /** Nearer to 0 than that, the shape is 0: the exponential distribution. */
    private static final double EXPONENTIAL = 1e-6;

    /**
     * Fits by probability-weighted moments, {@code γ = 2 − a0 / (a0 − 2 a1)} and {@code σ = 2 a0 a1 / (a0 − 2 a1)}
     * (Hosking and Wallis, Technometrics 29, 1987): closed form, and better than maximum likelihood below some hundred
     * excesses.
     *
     * @param sorted excesses, smallest first, all above 0
     * @param size how many of them, 1 or more
     */
    static ParetoTail fit(float[] sorted, int size) {
        double a0 = 0;
        double a1 = 0;
        for (int i = 0; i < size; i++) {
            a0 += sorted[i] / size;
            a1 += sorted[i] * (1 - (i + 0.65) / size) / size;
        }
        double spread = a0 - 2 * a1;
        if (spread <= 0 || a1 <= 0) {
            return new ParetoTail(0, a0);
        }
        return new ParetoTail(2 - a0 / spread, 2 * a0 * a1 / spread);
    }

    /** Probability of an excess above one of 0 or more. */
    double survival(double excess) {
        double y = excess / scale;
        if (Math.abs(shape) < EXPONENTIAL) {
            return Math.exp(-y);
        }
        double base = 1 + shape * y;
        return base <= 0 ? 0 : Math.pow(base, -1 / shape);
    }
}
