package io.millrace.topology.batch;

import io.millrace.scorers.Batch;
import io.millrace.topology.ingest.RawEvent;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows and results of a caller's own types. Not thread-safe.
 *
 * @param <V> what a record's value is decoded to
 * @param <R> what a record becomes
 */
public final class TypedRows<V, R> implements RowCodec<RawEvent, R> {
    private final Function<RawEvent, V> decoder;
    private final RowMapper<V> rows;
    private final ResultMapper<V, R> results;
    private final FailureMapper<R> failures;
    private final Object[] values;

    /** Writes a value's features into its row: every element of every input, since rows are reused. */
    @FunctionalInterface
    public interface RowMapper<V> {
        void map(V value, Row row);
    }

    /** Makes a result of a value and what the model said of it. */
    @FunctionalInterface
    public interface ResultMapper<V, R> {
        R map(V value, Scores scores);
    }

    /** Makes a result of a record that could not be decoded, mapped or scored. */
    @FunctionalInterface
    public interface FailureMapper<R> {
        R map(RawEvent record, Exception cause);
    }

    /** @param maxRows rows of the batches that it will be given */
    public TypedRows(
            Function<RawEvent, V> decoder,
            RowMapper<V> rows,
            ResultMapper<V, R> results,
            FailureMapper<R> failures,
            int maxRows) {
        this.decoder = decoder;
        this.rows = rows;
        this.results = results;
        this.failures = failures;
        this.values = new Object[maxRows];
    }

    @Override
    public @Nullable R encode(RawEvent record, Batch batch, int row) {
        V value = decoder.apply(record);
        rows.map(value, new Row(batch, row));
        values[row] = value;
        return null;
    }

    @Override
    public R result(RawEvent record, Batch batch, int row) {
        @SuppressWarnings("unchecked") // put there by encode
        V value = (V) values[row];
        return results.map(value, new Scores(batch, row));
    }

    @Override
    public R failed(RawEvent record, Exception cause) {
        return failures.map(record, cause);
    }
}
