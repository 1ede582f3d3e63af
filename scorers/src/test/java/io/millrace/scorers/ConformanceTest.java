package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every committed model gives what its own framework gave, through the scorer's own API, in batches and alone. */
class ConformanceTest {
    static List<FrontEnd> models() throws IOException {
        return FrontEnd.all();
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyRowIsWithinItsBoundOfTheFramework(FrontEnd model) throws Exception {
        Golden golden = model.golden();
        for (int rows : new int[] {golden.rows(), 1}) {
            try (OnnxScorer scorer = OnnxScorer.open(model.file(), new OnnxOptions(rows, 1));
                    Batch batch = scorer.newBatch()) {
                for (int row = 0; row < rows; row++) {
                    golden.fill(batch, row, row);
                }

                scorer.score(batch, rows);

                assertThat(FrontEnd.largestDifference(golden, scorer.contract(), batch, rows))
                        .isLessThanOrEqualTo(model.bound());
            }
        }
    }

    @Test
    void everyFrontEndIsThere() throws Exception {
        assertThat(FrontEnd.all())
                .extracting(FrontEnd::frontEnd)
                .contains("scikit-learn", "XGBoost", "LightGBM", "CatBoost", "PyTorch", "TensorFlow/Keras", "Spark ML");
    }

    @Test
    void theTableInTheDocsNamesEveryModelWithItsVersions() throws Exception {
        String table = Files.readString(Path.of("../docs/models.md"));

        assertThat(FrontEnd.all()).allSatisfy(model -> assertThat(table).contains(ConformanceTableTest.head(model)));
    }
}
