package io.millrace.topology.score;

import io.millrace.scorers.Batch;
import org.jspecify.annotations.Nullable;

/**
 * A named number of a model's answer.
 *
 * @param name the score's name
 * @param output index of the model's output
 * @param element which of the output's elements in a row
 * @param label of an output of text: the text that makes the score 1; {@code null} for numbers
 */
public record ScoreColumn(
        String name, int output, int element, @Nullable String label) {

    double read(Batch batch, int row) {
        return label == null
                ? batch.output(output).get(row, element)
                : label.equals(batch.output(output).text(row, element)) ? 1 : 0;
    }
}
