package io.millrace.topology.config;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which number of the model's outputs is a score.
 *
 * @param output the output's name
 * @param index the element within one row of it, from 0; empty: its only one, or the one with the label
 * @param label the element's label; or, of an output of text, the text that makes the score 1, where any other makes it 0
 */
public record ScoreConfig(String output, OptionalInt index, Optional<String> label) {
    static final IntRange INDEX = new IntRange(0, 65_535);

    public ScoreConfig {
        index.ifPresent(value -> INDEX.check("index", value));
        if (index.isPresent() && label.isPresent()) {
            throw new Violation("must have index or label, not both", "label", "index");
        }
    }

    /** A score without a label. */
    public ScoreConfig(String output, OptionalInt index) {
        this(output, index, Optional.empty());
    }
}
