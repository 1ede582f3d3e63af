package io.millrace.deploy.demo;

import java.util.Random;

/** Independent random streams for the parts of one seed. {@link Random} is specified bit by bit on every JDK. */
final class Seeds {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /** The stream that belongs to a seed and a path below it, such as a pump and a time. */
    static Random random(long seed, long... path) {
        long mixed = mix(seed);
        for (long step : path) {
            mixed = mix(mixed ^ (step + GOLDEN_GAMMA));
        }
        return new Random(mixed);
    }

    /** Uniform within {@code reach} of the middle. */
    static double around(Random random, double middle, double reach) {
        return middle + reach * (2 * random.nextDouble() - 1);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = value + GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
