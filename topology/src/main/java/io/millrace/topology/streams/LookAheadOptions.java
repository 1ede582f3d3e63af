package io.millrace.topology.streams;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How far and how wide to look ahead.
 *
 * @param topics those whose records are worked on ahead
 * @param rows records in one chunk, at most
 * @param worth when fewer make a chunk
 * @param threads scorer threads, beside the stream threads
 * @param byPartition whether a chunk ends where its partition's records end
 * @param together whether records of one partition and chunk have their turn together: the first of them comes for
 *     all. Only for a graph in which nobody but the scoring processor reads those topics.
 * @param deviceHeader the header that names a record's device; {@code null}: none does
 */
public record LookAheadOptions(
        Predicate<String> topics,
        int rows,
        Worth worth,
        int threads,
        boolean byPartition,
        boolean together,
        @Nullable String deviceHeader) {
    public LookAheadOptions {
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be at least 1, got: " + rows);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got: " + threads);
        }
    }

    /** Where no header names a record's device. */
    public LookAheadOptions(Predicate<String> topics, int rows, int threads, boolean byPartition, boolean together) {
        this(topics, rows, Worth.FULL, threads, byPartition, together, null);
    }

    /** Each record has its turn by itself. */
    public LookAheadOptions(Predicate<String> topics, int rows, int threads, boolean byPartition) {
        this(topics, rows, threads, byPartition, false);
    }
}
