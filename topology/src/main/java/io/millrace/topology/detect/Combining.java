package io.millrace.topology.detect;

/** One p-value of several. */
final class Combining {
    private Combining() {}

    /** Bonferroni: the least, times how many there are. Right whatever their dependence; sees what one of them sees. */
    static double least(double[] p) {
        double least = Detector.ORDINARY;
        for (double each : p) {
            least = Math.min(least, each);
        }
        return Math.min(Detector.ORDINARY, least * p.length);
    }

    /**
     * Fisher, Statistical Methods for Research Workers, 1932, section 21.1: {@code −2 Σ ln p} is χ² with twice as many
     * degrees of freedom, whose tail is {@code e^(−x/2) Σ (x/2)^i / i!}. Right for independent ones only; sees what
     * each of them half sees.
     */
    static double fisher(double[] p) {
        double half = 0;
        for (double each : p) {
            half -= Math.log(each);
        }
        double term = 1;
        double sum = 1;
        for (int i = 1; i < p.length; i++) {
            term *= half / i;
            sum += term;
        }
        return Math.max(Double.MIN_NORMAL, Math.min(Detector.ORDINARY, Math.exp(-half) * sum));
    }
}
