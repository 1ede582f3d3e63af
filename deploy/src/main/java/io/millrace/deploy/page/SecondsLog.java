package io.millrace.deploy.page;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Counts and latencies of the last minutes, by the second, and of the whole run. */
final class SecondsLog {
    static final int SECONDS = 600;
    private static final int RECENT = 10;
    private static final long MAX_LATENCY_MS = 3_600_000;

    private final Deque<Second> seconds = new ArrayDeque<>();
    private final Deque<Histogram> recent = new ArrayDeque<>();
    private final Histogram whole = new Histogram(MAX_LATENCY_MS, 3);
    private Histogram current = newHistogram();
    private long currentSecond;
    private long events;
    private long predictions;
    private long deadLetters;

    SecondsLog(long nowMs) {
        currentSecond = nowMs / 1000;
    }

    void events(long n) {
        events += n;
    }

    void predictions(long n) {
        predictions += n;
    }

    void deadLetters(long n) {
        deadLetters += n;
    }

    /** A device whose clock is ahead cannot make a prediction come before its event: it counts as 0. */
    void latency(long ms) {
        long value = Math.max(0, Math.min(MAX_LATENCY_MS, ms));
        current.recordValue(value);
        whole.recordValue(value);
    }

    /** Closes the seconds that have passed. A gap longer than the log is not filled in. */
    void rollTo(long nowMs) {
        long now = nowMs / 1000;
        if (now - currentSecond > SECONDS) {
            closeSecond();
            currentSecond = now - SECONDS;
        }
        while (currentSecond < now) {
            closeSecond();
        }
    }

    private void closeSecond() {
        boolean any = current.getTotalCount() > 0;
        seconds.addLast(new Second(
                currentSecond,
                events,
                predictions,
                deadLetters,
                any ? current.getValueAtPercentile(50) : Float.NaN,
                any ? current.getValueAtPercentile(99) : Float.NaN));
        if (seconds.size() > SECONDS) {
            seconds.removeFirst();
        }
        recent.addLast(current);
        if (recent.size() > RECENT) {
            current = recent.removeFirst();
            current.reset();
        } else {
            current = newHistogram();
        }
        events = 0;
        predictions = 0;
        deadLetters = 0;
        currentSecond++;
    }

    private static Histogram newHistogram() {
        return new Histogram(MAX_LATENCY_MS, 2);
    }

    /** The closed seconds after the given one. */
    List<Second> after(long second) {
        List<Second> result = new ArrayList<>();
        for (Second s : seconds) {
            if (s.t() > second) {
                result.add(s);
            }
        }
        return result;
    }

    /** Predictions per second over the last closed seconds, ten at most. */
    double predictionsPerSecond() {
        return seconds.stream()
                .skip(Math.max(0, seconds.size() - RECENT))
                .mapToLong(Second::predictions)
                .average()
                .orElse(0);
    }

    /** The latencies of the last closed seconds, ten at most. */
    Latency recentLatency() {
        Histogram sum = newHistogram();
        recent.forEach(sum::add);
        return Latency.of(sum);
    }

    Latency wholeLatency() {
        return Latency.of(whole);
    }

    /**
     * What happened in one second.
     *
     * @param t epoch seconds
     * @param p50 median latency in milliseconds, NaN where there was no prediction
     * @param p99 the 99th percentile
     */
    record Second(long t, long events, long predictions, long deadLetters, float p50, float p99) {}
}
