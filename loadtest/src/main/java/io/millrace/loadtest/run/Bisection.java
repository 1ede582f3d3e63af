package io.millrace.loadtest.run;

import java.io.IOException;

/**
 * Finds the highest rate that passes, by halving the interval on a logarithmic scale.
 *
 * @param from the lowest rate that is tried
 * @param to the highest
 * @param precision ends the search when the bounds differ by this share
 */
record Bisection(double from, double to, double precision) {

    /** Tries one rate. */
    interface Trial {
        boolean passes(double rate) throws IOException, InterruptedException;
    }

    Bisection {
        if (!(from > 0 && to > from)) {
            throw new IllegalArgumentException("--from must be above 0 and below --to, got: " + from + " and " + to);
        }
        if (!(precision > 0 && precision <= 1)) {
            throw new IllegalArgumentException("--precision must be above 0 and at most 1, got: " + precision);
        }
    }

    /** The highest rate that passed, or 0 if not even the lowest did. */
    double search(Trial trial) throws IOException, InterruptedException {
        if (!trial.passes(from)) {
            return 0;
        }
        if (trial.passes(to)) {
            return to;
        }
        double passed = from;
        double failed = to;
        while (failed > passed * (1 + precision)) {
            double middle = Math.sqrt(passed * failed);
            if (trial.passes(middle)) {
                passed = middle;
            } else {
                failed = middle;
            }
        }
        return passed;
    }
}
