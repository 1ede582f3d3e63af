package io.millrace.deploy.nab;

import io.millrace.deploy.nab.NabSeries.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * NAB's scoring, after {@code nab/sweeper.py} and {@code nab/runner.py} of numenta/NAB 1.1 (Lavin and Ahmad,
 * Evaluating Real-Time Anomaly Detection Algorithms, ICMLA 2015).
 *
 * <p>A row at or above the threshold is a detection. In a window only the best one counts, and earns the more the
 * earlier it is; outside, each one costs, little just behind a window and the whole weight far from one. A window
 * without a detection costs too. Rows of the probationary period do not count.
 */
final class NabScorer {
    /** From that many widths behind a window a detection is as wrong as can be. */
    private static final double FAR = 3;

    private static final double EARLIEST = sigmoid(-1);

    /**
     * What a threshold brings over some files.
     *
     * @param threshold the least score that is a detection
     * @param score NAB's normalised score: 0 detects nothing, 100 is perfect
     * @param detections how many rows were at or above it
     * @param windows how many windows there are; without any, the score is the cost itself
     */
    record Outcome(double threshold, double score, int detections, int windows) {}

    /** A row that may be detected: its score, its window ({@code −1}: none), and what it is worth. */
    private record Row(double score, int window, double worth) {}

    private final NabProfile profile;
    private final List<Row> rows = new ArrayList<>();
    private int windows;

    NabScorer(NabProfile profile) {
        this.profile = profile;
    }

    /** Adds a file with a detector's scores, one for each row. */
    void add(NabSeries series, double[] scores) {
        double[] worth = worth(series);
        int[] window = series.windowOfRow();
        for (int i = series.probation(); i < scores.length; i++) {
            if (scores[i] > 0) { // a threshold of 0 would detect every row, which no profile rewards
                boolean inside = window[i] >= 0;
                rows.add(new Row(
                        scores[i],
                        inside ? windows + window[i] : -1,
                        worth[i] * (inside ? profile.hit() : profile.falseAlarm())));
            }
        }
        windows += series.windows().size();
    }

    /** How good (up to 1, in a window) or bad (down to −1, outside) a detection at each row is, before weights. */
    static double[] worth(NabSeries series) {
        double[] worth = new double[series.rows()];
        Arrays.fill(worth, -1);
        int next = series.rows();
        for (int i = series.windows().size() - 1; i >= 0; i--) {
            Window window = series.windows().get(i);
            for (int row = window.first(); row <= window.last(); row++) {
                double position = -(window.last() - row + 1.0) / window.width();
                worth[row] = sigmoid(position) / EARLIEST;
            }
            for (int row = window.last() + 1; row < next; row++) {
                worth[row] = sigmoid((row - window.last()) / (window.width() - 1.0));
            }
            next = window.first();
        }
        return worth;
    }

    /** From 1 far left to −1 far right; 0 at a window's right end. */
    static double sigmoid(double position) {
        return position >= FAR ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
    }

    /** At the threshold that is best for these files and this profile, as NAB chooses it. */
    Outcome best() {
        Sweep sweep = new Sweep();
        Outcome best = new Outcome(Double.POSITIVE_INFINITY, 0, 0, windows);
        for (Outcome outcome : sweep.outcomes()) {
            best = outcome.score() > best.score() ? outcome : best;
        }
        return best;
    }

    /** At a given threshold. */
    Outcome at(double threshold) {
        Outcome last = new Outcome(threshold, 0, 0, windows);
        for (Outcome outcome : new Sweep().outcomes()) {
            last = outcome.threshold() >= threshold ? outcome : last;
        }
        return new Outcome(threshold, last.score(), last.detections(), windows);
    }

    /** The thresholds from the highest score down, each row being added to what is detected. */
    private final class Sweep {
        private final double[] ofWindow = new double[windows];
        private final double nothing = -profile.miss() * windows;
        private double sum = nothing;

        List<Outcome> outcomes() {
            Arrays.fill(ofWindow, -profile.miss());
            List<Row> highestFirst = new ArrayList<>(rows);
            highestFirst.sort(Comparator.comparingDouble(Row::score).reversed());
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < highestFirst.size(); i++) {
                detect(highestFirst.get(i));
                double threshold = highestFirst.get(i).score();
                if (i + 1 == highestFirst.size() || highestFirst.get(i + 1).score() != threshold) {
                    outcomes.add(new Outcome(threshold, normalised(), i + 1, windows));
                }
            }
            return outcomes;
        }

        private void detect(Row row) {
            if (row.window() < 0) {
                sum += row.worth();
            } else if (row.worth() > ofWindow[row.window()]) {
                sum += row.worth() - ofWindow[row.window()];
                ofWindow[row.window()] = row.worth();
            }
        }

        /** Without any window there is no perfect score to compare with: then the cost itself. */
        private double normalised() {
            double perfect = profile.hit() * windows;
            return windows == 0 ? sum : 100 * (sum - nothing) / (perfect - nothing);
        }
    }
}
