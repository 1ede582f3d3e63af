package io.millrace.topology.batch;

import io.millrace.scorers.Batch;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into rows of a batch, and scored rows into results. It may remember, between {@link #encode}
 * and {@link #result}, what it knows about each row. Not thread-safe: one per thread.
 *
 * @param <T> what a row is made from
 * @param <R> what a record becomes
 */
public interface RowCodec<T, R> {
    /**
     * Writes a record's row into the batch.
     *
     * @return {@code null} if the row is there and wants scoring; otherwise the result of a record that the
     *     model need not see, and the row is free for the next record
     */
    @Nullable
    R encode(T record, Batch batch, int row);

    /** The result of the record last encoded into this row, after the batch was scored. */
    R result(T record, Batch batch, int row);

    /** The result of a record on which the model failed, when it was scored alone. */
    R failed(T record, Exception cause);
}
