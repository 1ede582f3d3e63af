package io.millrace.topology.score;

import io.millrace.scorers.Batch;

/**
 * One output of a model that is its input the next time: kept for each device in between.
 *
 * @param output index of the model's output
 * @param input index of the model's input
 * @param from where it begins in the device's hidden state
 */
public record RecurrentState(int output, int input, int from) {
    void read(Batch batch, int row, double[] hidden) {
        batch.output(output).getRow(row, hidden, from);
    }

    void write(Batch batch, int row, double[] hidden) {
        batch.input(input).setRow(row, hidden, from);
    }
}
