package io.millrace.loadtest.run;

import io.millrace.loadtest.generate.Generated;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.scenario.Scenario.Guarantee;
import io.millrace.loadtest.verify.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What a run showed. Latencies are in nanoseconds from intended send to visible, without the warm-up.
 *
 * @param alerts the same for alerts
 * @param closedLoop from send to visible, as a client beside the load saw it that waits for each; empty if there was none
 * @param seconds by second of intended send, warm-up included
 * @param samples about one a second
 * @param insight where the pipeline's time went
 * @param events what was done to it meanwhile
 * @param abandoned why the run was ended early, if it was
 */
record Outcome(
        Scenario scenario,
        Generated generated,
        Verdict verdict,
        Histogram latency,
        Histogram alerts,
        Histogram closedLoop,
        List<Second> seconds,
        List<Sample> samples,
        Insight insight,
        List<Chaos.Event> events,
        Optional<String> abandoned) {

    /** The lag may grow by this share of what is sent before the rate counts as more than can be sustained. */
    static final double TOLERATED_LAG_SLOPE = 0.01;

    /** Latencies of the records that were to be sent within one second. */
    record Second(int second, long records, long p50, long p99, long max) {}

    /** Why the run says nothing about the pipeline. */
    Optional<String> invalid() {
        if (verdict.failedSends() > 0) {
            return Optional.of(verdict.failedSends() + " records of the generator were not taken in");
        }
        return generated.invalid(scenario.limits().scheduleDelay());
    }

    /** What the pipeline did wrong or failed to keep to; empty if nothing. */
    List<String> faults() {
        if (abandoned.isPresent()) {
            return List.of(abandoned.get());
        }
        List<String> faults =
                new ArrayList<>(verdict.faults(scenario.pipeline().guarantee() == Guarantee.AT_LEAST_ONCE));
        long limit = scenario.limits().p99().toNanos();
        long p99 = latency.getValueAtPercentile(99);
        if (limit > 0 && p99 > limit) {
            faults.add(String.format("p99 must be at most %.0f ms, got: %.1f ms", limit / 1e6, p99 / 1e6));
        }
        return faults;
    }

    /** Whether the pipeline kept up: nothing wrong, and its lag did not grow with what was sent. */
    boolean sustained() {
        return invalid().isEmpty() && faults().isEmpty() && lagSlope() <= TOLERATED_LAG_SLOPE;
    }

    /** By how much the lag grew with each record sent after the warm-up, by least squares. */
    double lagSlope() {
        double n = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        for (Sample sample : loaded()) {
            double x = sample.sent();
            double y = sample.lag();
            n++;
            sumX += x;
            sumY += y;
            sumXx += x * x;
            sumXy += x * y;
        }
        double spread = n * sumXx - sumX * sumX;
        return spread <= 0 ? 0 : (n * sumXy - sumX * sumY) / spread;
    }

    /** CPU nanoseconds of the pipeline's process per record, after the warm-up. */
    double cpuPerRecord() {
        List<Sample> loaded = loaded();
        if (loaded.size() < 2) {
            return Double.NaN;
        }
        Sample first = loaded.get(0);
        Sample last = loaded.get(loaded.size() - 1);
        return (last.pipelineCpuNanos() - first.pipelineCpuNanos()) / (double) Math.max(1, last.seen() - first.seen());
    }

    /** Records that came out under load, after the warm-up. */
    long loadedRecords() {
        List<Sample> loaded = loaded();
        return loaded.isEmpty()
                ? 0
                : loaded.get(loaded.size() - 1).seen() - loaded.get(0).seen();
    }

    long mostResidentBytes() {
        return samples.stream().mapToLong(Sample::residentBytes).max().orElse(0);
    }

    /** Samples under load, between the warm-up and the end of the schedule. */
    private List<Sample> loaded() {
        long warm = scenario.load().warmupNanos();
        return samples.stream()
                .filter(sample -> sample.nanos() >= warm && sample.nanos() <= generated.plannedNanos())
                .toList();
    }
}
