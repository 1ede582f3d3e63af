package io.millrace.topology.score;

import io.millrace.scorers.Batch;
import io.millrace.scorers.Scorer;
import io.millrace.scorers.ScoringException;
import io.millrace.topology.batch.RowCodec;
import io.millrace.topology.telemetry.StageTimes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores lists of records in as few calls of the model as its batch size allows.
 *
 * <p>A failure never takes the batch's other rows with it: a batch on which the model fails is halved, and each
 * half is tried again, until the culprit stands alone; k culprits among n rows cost about 2·k·log₂(n) calls. A
 * codec that throws fails its own record only. Any other exception of the scorer (it was closed, say) is passed
 * on: no record is to blame for it, so none may be written off.
 *
 * <p>Not thread-safe: it owns one native batch and one codec. Closing it frees the batch, not the scorer.
 */
public final class BatchScorer<T, R> implements AutoCloseable {
    private final Scorer scorer;
    private final RowCodec<T, R> codec;
    private final StageTimes times;
    private final Batch batch;
    private final int[] recordOfRow;

    public BatchScorer(Scorer scorer, RowCodec<T, R> codec, StageTimes times) {
        this.scorer = scorer;
        this.codec = codec;
        this.times = times;
        this.batch = scorer.newBatch();
        this.recordOfRow = new int[scorer.maxRows()];
    }

    /** Scores all records, and puts each one's result at its own index. */
    public void score(List<T> records, @Nullable R[] results) {
        int[] all = new int[records.size()];
        Arrays.setAll(all, i -> i);
        for (int from = 0; from < all.length; from += recordOfRow.length) {
            attempt(records, results, all, from, Math.min(from + recordOfRow.length, all.length));
        }
    }

    private void attempt(List<T> records, @Nullable R[] results, int[] which, int from, int to) {
        int rows = encode(records, results, which, from, to);
        if (rows == 0) {
            return;
        }
        try {
            long start = times.now();
            scorer.score(batch, rows);
            times.scored(start, rows, batch.provider());
        } catch (ScoringException e) {
            if (rows == 1) {
                int culprit = recordOfRow[0];
                results[culprit] = codec.failed(records.get(culprit), e);
            } else {
                int[] suspects = Arrays.copyOf(recordOfRow, rows);
                attempt(records, results, suspects, 0, rows / 2);
                attempt(records, results, suspects, rows / 2, rows);
            }
            return;
        }
        readResults(records, results, rows);
    }

    private int encode(List<T> records, @Nullable R[] results, int[] which, int from, int to) {
        long start = times.now();
        int rows = 0;
        for (int i = from; i < to; i++) {
            T item = records.get(which[i]);
            R ready;
            try {
                ready = codec.encode(item, batch, rows);
            } catch (RuntimeException e) {
                ready = codec.failed(item, e);
            }
            if (ready == null) {
                recordOfRow[rows++] = which[i];
            } else {
                results[which[i]] = ready;
            }
        }
        times.decoded(start);
        return rows;
    }

    private void readResults(List<T> records, @Nullable R[] results, int rows) {
        long start = times.now();
        for (int row = 0; row < rows; row++) {
            int record = recordOfRow[row];
            T item = records.get(record);
            try {
                results[record] = codec.result(item, batch, row);
            } catch (RuntimeException e) {
                results[record] = codec.failed(item, e);
            }
        }
        times.emitted(start);
    }

    @Override
    public void close() {
        batch.close();
    }
}
