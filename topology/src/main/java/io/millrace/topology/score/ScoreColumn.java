package io.millrace.topology.score;

/**
 * A named number of a model's answer.
 *
 * @param name the score's name
 * @param output index of the model's output
 * @param element which of the output's elements in a row
 */
public record ScoreColumn(String name, int output, int element) {}
