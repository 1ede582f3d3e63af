package io.millrace.deploy.page;

import org.HdrHistogram.Histogram;

/**
 * How long predictions took, from the event's own time until they were visible to a consumer that reads committed
 * records.
 *
 * @param count how many predictions were measured
 * @param p50Ms the median, milliseconds; NaN if none was measured
 * @param p99Ms the 99th percentile, milliseconds; NaN if none was measured
 * @param maxMs the largest, milliseconds; NaN if none was measured
 */
public record Latency(long count, double p50Ms, double p99Ms, double maxMs) {
    static Latency of(Histogram histogram) {
        long count = histogram.getTotalCount();
        return count == 0
                ? new Latency(0, Double.NaN, Double.NaN, Double.NaN)
                : new Latency(
                        count,
                        histogram.getValueAtPercentile(50),
                        histogram.getValueAtPercentile(99),
                        histogram.getMaxValue());
    }
}
