package io.millrace.loadtest.run;

import io.millrace.loadtest.verify.Ledger;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Latency over time: by the second in which records were to be sent, so that a stall is where it was felt. */
final class Seconds {

    private static final long SECOND = 1_000_000_000;

    private Seconds() {}

    static List<Outcome.Second> of(Ledger ledger, long durationNanos) {
        int count = (int) (durationNanos / SECOND) + 1;
        List<Histogram> histograms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            histograms.add(new Histogram(2));
        }
        ledger.forEachLatency(0, durationNanos + 1, (intended, nanos) -> histograms
                .get((int) (intended / SECOND))
                .recordValue(Math.max(0, nanos)));
        List<Outcome.Second> seconds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Histogram histogram = histograms.get(i);
            if (histogram.getTotalCount() > 0) {
                seconds.add(new Outcome.Second(
                        i,
                        histogram.getTotalCount(),
                        histogram.getValueAtPercentile(50),
                        histogram.getValueAtPercentile(99),
                        histogram.getMaxValue()));
            }
        }
        return seconds;
    }
}
