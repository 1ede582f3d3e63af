package io.millrace.topology.config;

import java.util.OptionalInt;

/**
 * Which number of the model's outputs is a score.
 *
 * @param output the output's name
 * @param index the element within one row of it, from 0; empty: its only one
 */
public record ScoreConfig(String output, OptionalInt index) {
    static final IntRange INDEX = new IntRange(0, 65_535);

    public ScoreConfig {
        index.ifPresent(value -> INDEX.check("index", value));
    }
}
