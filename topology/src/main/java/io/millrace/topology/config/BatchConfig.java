package io.millrace.topology.config;

/**
 * How rows are gathered for the model; {@code batch} in the file.
 *
 * @param rows the most rows in one call of the model
 * @param threads threads that call the model
 */
public record BatchConfig(int rows, int threads) {
    static final IntRange ROWS = new IntRange(1, 65_536);
    static final IntRange THREADS = new IntRange(1, 64);

    public BatchConfig {
        ROWS.check("rows", rows);
        THREADS.check("threads", threads);
    }
}
