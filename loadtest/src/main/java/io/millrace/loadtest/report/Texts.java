package io.millrace.loadtest.report;

import io.millrace.loadtest.verify.Verdict;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Figures in words. */
public final class Texts {

    private Texts() {}

    public static String account(Verdict verdict) {
        return String.format(
                Locale.ROOT,
                "%,d sent, %,d predicted, %,d dead-lettered, %,d missing, %,d duplicated, %,d out of order",
                verdict.sent(),
                verdict.predicted(),
                verdict.deadLettered(),
                verdict.missing(),
                verdict.duplicates(),
                verdict.orderViolations());
    }

    public static String latency(Histogram histogram) {
        return String.format(
                Locale.ROOT,
                "p50 %s, p99 %s, p99.9 %s, p99.99 %s, max %s ms",
                millis(histogram.getValueAtPercentile(50)),
                millis(histogram.getValueAtPercentile(99)),
                millis(histogram.getValueAtPercentile(99.9)),
                millis(histogram.getValueAtPercentile(99.99)),
                millis(histogram.getMaxValue()));
    }

    public static String millis(long nanos) {
        double millis = nanos / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : millis < 100 ? "%.1f" : "%,.0f", millis);
    }

    public static String count(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.0f", value);
    }
}
