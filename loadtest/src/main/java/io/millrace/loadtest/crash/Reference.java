package io.millrace.loadtest.crash;

import io.millrace.loadtest.crash.Fleet.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one device's events must come to, one after another on one thread: written for being plainly right, from the
 * documentation and not from the pipeline's code. It keeps all that the device has ever said.
 */
final class Reference {
    static final int FEATURES = 11;
    static final int WINDOW = 4;
    static final double RAISE_ABOVE = 96;
    static final double CLEAR_BELOW = 0;
    static final int HITS = 2;
    static final int OF = 4;
    /** A rolling statistic over 8 values needs 7 events before. */
    private static final int LOOK_BACK = 7;

    private final Variant.Kind kind;
    private final List<Reading> past = new ArrayList<>();
    private final float[] hidden = new float[2];

    private boolean firing;
    private final List<Boolean> votes = new ArrayList<>();
    private final List<Long> voteTimes = new ArrayList<>();
    private long pendingSinceMs;
    private int revision;

    Reference(Variant.Kind kind) {
        this.kind = kind;
    }

    /**
     * @param scores by number; none where the event cannot be judged
     * @param insufficient how the reason begins, where the event cannot be judged
     * @param alert what it raises or clears
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
    record Expected(
            double[] scores,
            @Nullable String insufficient,
            @Nullable Alert alert) {}

    /** One record of the alerts topic. */
    record Alert(int revision, boolean raised, long sinceMs, long timeMs) {}

    Expected next(Reading now) {
        if (kind != Variant.Kind.STATELESS) {
            if (!past.isEmpty() && now.timeMs() < past.get(past.size() - 1).timeMs()) {
                return new Expected(new double[0], "late", null);
            }
            past.add(now);
        }
        if (kind == Variant.Kind.STATEFUL && past.size() <= LOOK_BACK) {
            return new Expected(new double[0], "history", null);
        }
        double[] scores =
                switch (kind) {
                    case STATELESS -> new double[] {now.x(), now.y()};
                    case STATEFUL -> features(now);
                    case RECURRENT -> {
                        hidden[0] = 0.5f * hidden[0] + (float) now.x();
                        hidden[1] = 0.5f * hidden[1] + (float) now.y();
                        yield new double[] {hidden[0], hidden[1]};
                    }
                };
        return new Expected(scores, null, decide(scores[0], now.timeMs()));
    }

    private double[] features(Reading now) {
        double[] row = new double[FEATURES + 2 * WINDOW];
        row[0] = now.x();
        row[1] = now.y();
        row[2] = ago(3).x();
        row[3] = now.x() - ago(2).x();
        row[4] = mean(xs(5));
        row[5] = deviation(xs(8));
        row[6] = IntStream.range(0, 7).mapToDouble(i -> ago(i).y()).min().orElseThrow();
        row[7] = IntStream.range(0, 6).mapToDouble(i -> ago(i).y()).max().orElseThrow();
        row[8] = slope(IntStream.range(0, 8).mapToDouble(i -> ago(7 - i).y()).toArray());
        row[9] = Math.sqrt(mean(java.util.Arrays.stream(xs(4)).map(x -> x * x).toArray()));
        row[10] = (now.timeMs() - ago(1).timeMs()) / 1000.0;
        for (int i = 0; i < WINDOW; i++) {
            row[FEATURES + 2 * i] = ago(WINDOW - 1 - i).x();
            row[FEATURES + 2 * i + 1] = ago(WINDOW - 1 - i).y();
        }
        return row;
    }

    private Reading ago(int events) {
        return past.get(past.size() - 1 - events);
    }

    private double[] xs(int over) {
        return IntStream.range(0, over).mapToDouble(i -> ago(i).x()).toArray();
    }

    private static double mean(double[] values) {
        return java.util.Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        return Math.sqrt(mean(java.util.Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .toArray()));
    }

    /** Covariance of number and value over variance of number, oldest first. */
    private static double slope(double[] values) {
        double[] numbers = IntStream.range(0, values.length).mapToDouble(i -> i).toArray();
        double meanNumber = mean(numbers);
        double meanValue = mean(values);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < values.length; i++) {
            covariance += (numbers[i] - meanNumber) * (values[i] - meanValue);
            variance += (numbers[i] - meanNumber) * (numbers[i] - meanNumber);
        }
        return covariance / variance;
    }

    /** Two of the last four votes raise, two of the last four clear; a change starts the voting anew. */
    private @Nullable Alert decide(double score, long timeMs) {
        boolean vote = firing ? score < CLEAR_BELOW : score > RAISE_ABOVE;
        votes.add(vote);
        voteTimes.add(timeMs);
        if (votes.size() > OF) {
            votes.remove(0);
            voteTimes.remove(0);
        }
        if (!firing && votes.contains(true)) {
            pendingSinceMs = voteTimes.get(votes.indexOf(true)); // the oldest that still counts
        }
        if (votes.stream().filter(v -> v).count() < HITS) {
            return null;
        }
        firing = !firing;
        votes.clear();
        voteTimes.clear();
        revision++;
        return new Alert(revision, firing, pendingSinceMs, timeMs);
    }
}
