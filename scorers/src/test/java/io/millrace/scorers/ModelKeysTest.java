package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code millrace.*} keys in a model's metadata do. */
class ModelKeysTest {
    @Test
    void rowsAreNormalisedAndElementsHaveLabels() throws Exception {
        try (OnnxScorer scorer = Models.open("metadata", 4);
                Batch batch = scorer.newBatch()) {
            // Given a row as a whole, and one element by element
            batch.input(0).setRow(0, new double[] {0, 12, 20, 25}, 1);
            batch.input(0).set(1, 2, 40);

            // When
            scorer.score(batch, 2);

            // Then the model, which gives what it takes, has seen (value - mean) / scale
            double[] row = new double[3];
            batch.output(0).getRow(0, row, 0);
            assertThat(row).containsExactly(1, 0, -1);
            assertThat(batch.output(0).get(1, 2)).isEqualTo(2);
            assertThat(batch.input(0).get(0, 0)).isEqualTo(12);
            assertThat(scorer.contract().outputs().get(0).labels()).containsExactly("a", "b", "c");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            metadata-count   | millrace.mean.features must have 3 elements for features: float[?, 3], got: 2
            metadata-zero    | millrace.mean and millrace.scale must be about an input of floating-point numbers, with a scale that is not 0, got: features: float[?, 3]
            metadata-text    | millrace.mean must be finite numbers, got: two
            metadata-nothing | millrace.labels must name its tensor (millrace.labels.NAME), or have as many elements as one of them, got: 2
            """)
    void keysThatDoNotFitTheModelAreRefused(String model, String message) {
        assertThatThrownBy(() -> Models.open(model, 4))
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + Models.path(model) + ": " + message);
    }
}
