package io.millrace.topology.batch;

import io.millrace.scorers.Batch;

/** What the model said of one record. A view of native memory that is reused: not to be kept. */
public final class Scores {
    private final Batch batch;
    private final int row;

    Scores(Batch batch, int row) {
        this.batch = batch;
        this.row = row;
    }

    /** The first element of the model's first output. */
    public double get() {
        return get(0, 0);
    }

    /**
     * An element.
     *
     * @param output index of the model's output
     * @param element index of the element within the row, from 0
     */
    public double get(int output, int element) {
        return batch.output(output).get(row, element);
    }
}
