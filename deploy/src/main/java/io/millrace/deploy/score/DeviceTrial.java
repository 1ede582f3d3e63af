package io.millrace.deploy.score;

import io.millrace.scorers.Batch;
import io.millrace.scorers.Scorer;
import io.millrace.scorers.ScoringException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * How fast a scorer is at one batch size.
 *
 * @param rowsPerSecond of all callers together
 * @param medianMicros the time of one call, rows not written anew
 * @param p99Micros the same, 99th percentile
 */
public record DeviceTrial(double rowsPerSecond, double medianMicros, double p99Micros) {
    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    /** Scores batches of that size for that long, from so many threads at once. */
    public static DeviceTrial run(Scorer scorer, int callers, int rows, Duration length)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<Histogram>> calls = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < callers; i++) {
                int seed = i;
                calls.add(threads.submit(() -> call(scorer, rows, seed, start + length.toNanos())));
            }
            Histogram all = new Histogram(LONGEST_NANOS, 3);
            for (Future<Histogram> each : calls) {
                all.add(each.get());
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            return new DeviceTrial(
                    all.getTotalCount() * (double) rows / seconds,
                    all.getValueAtPercentile(50) / 1000.0,
                    all.getValueAtPercentile(99) / 1000.0);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Histogram call(Scorer scorer, int rows, int seed, long end) throws ScoringException {
        Histogram times = new Histogram(LONGEST_NANOS, 3);
        try (Batch batch = scorer.newBatch()) {
            fill(scorer, batch, rows, new SplittableRandom(seed));
            scorer.score(batch, rows);
            long before = System.nanoTime();
            do {
                scorer.score(batch, rows);
                long after = System.nanoTime();
                times.recordValue(Math.min(LONGEST_NANOS, after - before));
                before = after;
            } while (before - end < 0);
        }
        return times;
    }

    private static void fill(Scorer scorer, Batch batch, int rows, SplittableRandom random) {
        for (int i = 0; i < scorer.contract().inputs().size(); i++) {
            boolean real = scorer.contract().inputs().get(i).type().name().matches("FLOAT|DOUBLE");
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < batch.input(i).rowSize(); column++) {
                    batch.input(i).set(row, column, real ? random.nextDouble() * 2 - 1 : 0);
                }
            }
        }
    }
}
