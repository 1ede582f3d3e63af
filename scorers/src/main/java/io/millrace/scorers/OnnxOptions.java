package io.millrace.scorers;

/**
 * How a model is run.
 *
 * @param maxRows the most rows in one batch, from 1 to {@link #MAX_ROWS}
 * @param intraOpThreads threads that one call may use, from 1 to {@link #MAX_THREADS}. One is right unless a
 *     call takes more than about 10 ms: calls of several callers run side by side anyway.
 */
public record OnnxOptions(int maxRows, int intraOpThreads) {
    public static final int MAX_ROWS = 65_536;
    public static final int MAX_THREADS = 1_024;
    public static final int DEFAULT_MAX_ROWS = 512;

    public OnnxOptions {
        requireBetween("maxRows", maxRows, MAX_ROWS);
        requireBetween("intraOpThreads", intraOpThreads, MAX_THREADS);
    }

    /** Batches of {@link #DEFAULT_MAX_ROWS} rows, one thread a call. */
    public static OnnxOptions defaults() {
        return new OnnxOptions(DEFAULT_MAX_ROWS, 1);
    }

    public OnnxOptions withMaxRows(int rows) {
        return new OnnxOptions(rows, intraOpThreads);
    }

    public OnnxOptions withIntraOpThreads(int threads) {
        return new OnnxOptions(maxRows, threads);
    }

    private static void requireBetween(String what, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(what + " must be between 1 and " + max + ", got: " + value);
        }
    }
}
