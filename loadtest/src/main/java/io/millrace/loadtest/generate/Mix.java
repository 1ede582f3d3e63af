package io.millrace.loadtest.generate;

/** A stateless random number for the n-th record, so that any thread can say what any record is. */
final class Mix {

    private Mix() {}

    /** The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    static long of(long seed, long n) {
        long z = seed + n * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number in {@code [0, bound)} from 32 random bits. */
    static int below(int bound, int bits) {
        return (int) (((bits & 0xFFFFFFFFL) * bound) >>> 32);
    }

    /** A number in {@code [0, 1)} from 64 random bits. */
    static double unit(long bits) {
        return (bits >>> 11) * 0x1p-53;
    }
}
