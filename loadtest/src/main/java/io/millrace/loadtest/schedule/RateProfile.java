package io.millrace.loadtest.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * A rate over time, as segments in which it is constant or changes linearly. Ramps, steps and bursts are all of this
 * kind, and so one inversion serves them all: record {@code n} is due when the integral of the rate reaches {@code n}.
 */
public record RateProfile(List<Segment> segments) {

    private static final double NANOS = 1e9;
    private static final int MAX_SEGMENTS = 1_000_000;

    /**
     * A stretch of time.
     *
     * @param nanos how long it lasts
     * @param from records per second at its start
     * @param to records per second at its end
     */
    public record Segment(long nanos, double from, double to) {
        public Segment {
            if (nanos <= 0) {
                throw new IllegalArgumentException("a segment's duration must be positive, got: " + nanos + " ns");
            }
            if (!(from >= 0 && to >= 0 && Double.isFinite(from) && Double.isFinite(to))) {
                throw new IllegalArgumentException("a rate must be a number not below 0, got: " + from + ".." + to);
            }
        }

        /** Records due in the whole segment. */
        double records() {
            return (from + to) / 2 * nanos / NANOS;
        }

        /** When {@code records} of the segment's records are due: the root of from·t + (to-from)·t²/2d = records. */
        double nanosUntil(double records) {
            double growth = (to - from) / (nanos / NANOS);
            double root = Math.sqrt(Math.max(0, from * from + 2 * growth * records));
            double seconds = records == 0 ? 0 : 2 * records / (from + root);
            return Math.min((double) nanos, seconds * NANOS);
        }
    }

    public RateProfile {
        segments = List.copyOf(segments);
        if (segments.isEmpty() || segments.size() > MAX_SEGMENTS) {
            throw new IllegalArgumentException(
                    "a rate profile must have between 1 and " + MAX_SEGMENTS + " segments, got: " + segments.size());
        }
    }

    public static RateProfile constant(double rate, long nanos) {
        return ramp(rate, rate, nanos);
    }

    public static RateProfile ramp(double from, double to, long nanos) {
        return new RateProfile(List.of(new Segment(nanos, from, to)));
    }

    /** {@code steps} equal stretches of constant rate, the first at {@code from}, the last at {@code to}. */
    public static RateProfile steps(double from, double to, int steps, long nanos) {
        if (steps < 2) {
            throw new IllegalArgumentException("steps must be at least 2, got: " + steps);
        }
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double rate = from + (to - from) * i / (steps - 1);
            segments.add(new Segment(nanos / steps, rate, rate));
        }
        return new RateProfile(segments);
    }

    /** {@code rate}, and {@code factor} times as much for the last {@code burstNanos} of each {@code everyNanos}. */
    public static RateProfile bursts(double rate, double factor, long everyNanos, long burstNanos, long nanos) {
        if (burstNanos <= 0 || burstNanos >= everyNanos) {
            throw new IllegalArgumentException(
                    "a burst must be shorter than its period, got: " + burstNanos + " ns of " + everyNanos + " ns");
        }
        List<Segment> segments = new ArrayList<>();
        boolean burst = false;
        for (long left = nanos; left > 0; burst = !burst) {
            long length = Math.min(left, burst ? burstNanos : everyNanos - burstNanos);
            double now = burst ? rate * factor : rate;
            segments.add(new Segment(length, now, now));
            left -= length;
        }
        return new RateProfile(segments);
    }

    /** This profile with another stretch before it. */
    public RateProfile after(Segment first) {
        List<Segment> all = new ArrayList<>(List.of(first));
        all.addAll(segments);
        return new RateProfile(all);
    }

    public long durationNanos() {
        return segments.stream().mapToLong(Segment::nanos).sum();
    }

    /** Records due over the whole profile. */
    public double records() {
        return segments.stream().mapToDouble(Segment::records).sum();
    }

    Inverse inverse() {
        return new Inverse();
    }

    /** Walks forward only: each call must ask for no fewer records than the one before. */
    final class Inverse {
        private int index;
        private long segmentStart;
        private double recordsBefore;

        /** When {@code records} records are due, or {@link Schedule.Cursor#END} if they never are. */
        long nanosAt(double records) {
            while (index < segments.size()) {
                Segment segment = segments.get(index);
                double within = records - recordsBefore;
                if (within < segment.records()) {
                    return segmentStart + (long) segment.nanosUntil(within);
                }
                segmentStart += segment.nanos();
                recordsBefore += segment.records();
                index++;
            }
            return Schedule.Cursor.END;
        }
    }
}
