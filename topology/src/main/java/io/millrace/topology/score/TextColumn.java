package io.millrace.topology.score;

import io.millrace.scorers.Batch;
import io.millrace.topology.decode.Event;

/**
 * A text of a model's row.
 *
 * @param input index of the model's input
 * @param column index of the element within the row
 * @param field index of the event's field, or {@link #NONE}
 * @param constant the text where there is no field
 */
public record TextColumn(int input, int column, int field, String constant) {
    static final int NONE = -1;

    void write(Event event, Batch batch, int row) {
        batch.input(input).setText(row, column, field == NONE ? constant : event.text(field));
    }
}
