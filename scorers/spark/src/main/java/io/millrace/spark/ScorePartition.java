package io.millrace.spark;

import io.millrace.scorers.Batch;
import io.millrace.scorers.OnnxScorer;
import io.millrace.scorers.Scorer;
import io.millrace.scorers.ScoringException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Adds a model's score to each row of a partition: for {@code Dataset.mapPartitions}. Columns are gathered into
 * batches in native memory, as in the pipeline; rows come out as they went in, with the score behind them.
 */
public final class ScorePartition implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<byte[]> model;
    private final int[] features;
    private final int rows;

    /**
     * @param model the ONNX file; it must have one input of as many numbers as there are features
     * @param schema the rows' columns
     * @param features which of them are features, in the model's order
     * @param rows rows in one batch
     */
    public ScorePartition(Broadcast<byte[]> model, StructType schema, List<String> features, int rows) {
        this.model = model;
        this.features = features.stream().mapToInt(schema::fieldIndex).toArray();
        this.rows = rows;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> partition) throws Exception {
        OnnxScorer scorer = ExecutorScorer.of(model.value(), rows);
        Batch batch = scorer.newBatch();
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) ended -> batch.close());
        }
        return new Scored(scorer, batch, partition, features);
    }

    /** Rows with their scores, a batch at a time. */
    private static final class Scored implements Iterator<Row> {
        private final Scorer scorer;
        private final Batch batch;
        private final Iterator<Row> partition;
        private final int[] features;
        private final List<Row> taken = new ArrayList<>();
        private int next;

        Scored(Scorer scorer, Batch batch, Iterator<Row> partition, int[] features) {
            this.scorer = scorer;
            this.batch = batch;
            this.partition = partition;
            this.features = features;
        }

        @Override
        public boolean hasNext() {
            return next < taken.size() || partition.hasNext();
        }

        @Override
        public Row next() {
            if (next == taken.size()) {
                scoreMore();
            }
            Row row = taken.get(next);
            Object[] values = new Object[row.length() + 1];
            for (int i = 0; i < row.length(); i++) {
                values[i] = row.get(i);
            }
            values[row.length()] = batch.output(0).get(next++, 0);
            return RowFactory.create(values);
        }

        private void scoreMore() {
            taken.clear();
            next = 0;
            while (taken.size() < scorer.maxRows() && partition.hasNext()) {
                Row row = partition.next();
                for (int i = 0; i < features.length; i++) {
                    batch.input(0).set(taken.size(), i, ((Number) row.get(features[i])).doubleValue());
                }
                taken.add(row);
            }
            if (taken.isEmpty()) {
                throw new NoSuchElementException();
            }
            try {
                scorer.score(batch, taken.size());
            } catch (ScoringException e) {
                throw new IllegalStateException("the model has failed: " + e.getMessage(), e);
            }
        }
    }
}
