package io.millrace.loadtest.schedule;

import java.util.SplittableRandom;

/**
 * Arrivals at a given rate, evenly spaced or as a Poisson process (each gap drawn from an exponential distribution,
 * as from many devices that know nothing of each other).
 *
 * @param profile the rate over time
 * @param poisson whether gaps are random
 * @param seed makes random gaps repeatable
 */
public record Arrivals(RateProfile profile, boolean poisson, long seed) implements Schedule {

    public static Arrivals even(RateProfile profile) {
        return new Arrivals(profile, false, 0);
    }

    public static Arrivals poisson(RateProfile profile, long seed) {
        return new Arrivals(profile, true, seed);
    }

    @Override
    public long durationNanos() {
        return profile.durationNanos();
    }

    @Override
    public Cursor cursor() {
        RateProfile.Inverse inverse = profile.inverse();
        return poisson ? new PoissonCursor(inverse, new SplittableRandom(seed)) : new EvenCursor(inverse);
    }

    private static final class EvenCursor implements Cursor {
        private final RateProfile.Inverse inverse;
        private long n;

        EvenCursor(RateProfile.Inverse inverse) {
            this.inverse = inverse;
        }

        @Override
        public long next() {
            return inverse.nanosAt((double) n++);
        }
    }

    private static final class PoissonCursor implements Cursor {
        private final RateProfile.Inverse inverse;
        private final SplittableRandom random;
        private double expected;

        PoissonCursor(RateProfile.Inverse inverse, SplittableRandom random) {
            this.inverse = inverse;
            this.random = random;
        }

        @Override
        public long next() {
            expected -= Math.log(1 - random.nextDouble());
            return inverse.nanosAt(expected);
        }
    }
}
