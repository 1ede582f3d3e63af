package io.millrace.topology.batch;

import io.millrace.scorers.Batch;

/** One record's place in the model's inputs. A view of native memory that is reused: not to be kept. */
public final class Row {
    private final Batch batch;
    private final int row;

    Row(Batch batch, int row) {
        this.batch = batch;
        this.row = row;
    }

    /** Sets an element of the model's first input. */
    public void set(int column, double value) {
        set(0, column, value);
    }

    /**
     * Sets an element.
     *
     * @param input index of the model's input
     * @param column index of the element within the row, from 0
     */
    public void set(int input, int column, double value) {
        batch.input(input).set(row, column, value);
    }

    /** Sets all elements of the model's first input. */
    public void setAll(double[] values) {
        batch.input(0).setRow(row, values, 0);
    }
}
