package io.millrace.deploy.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.deploy.nab.NabScorer.Outcome;
import io.millrace.deploy.score.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NabBenchmarkTest {
    /** Where NAB's files are: MILLRACE_NAB_DATA, or beside the repository. */
    private static Path data() {
        String given = System.getenv("MILLRACE_NAB_DATA");
        return Path.of(given != null ? given : "../../shared/data/nab");
    }

    private static List<NabSeries> corpus() throws IOException, InputException {
        Path data = data();
        assumeTrue(
                Files.isDirectory(data), "NAB's files are not at " + data + " (MILLRACE_NAB_DATA names another place)");
        return NabCorpus.read(data);
    }

    @Test
    void whatShipsKeepsItsScoresOnTheBenchmark() throws Exception {
        // Given
        List<NabSeries> corpus = corpus();

        // When
        NabResults results = NabResults.of(NabDetector.all().get(0), corpus);

        // Then: with the threshold chosen as NAB does, and with the shipped gate alone
        assertThat(results.best(NabProfile.STANDARD).score()).isGreaterThanOrEqualTo(77);
        assertThat(results.best(NabProfile.REWARD_LOW_FP_RATE).score()).isGreaterThanOrEqualTo(68);
        assertThat(results.best(NabProfile.REWARD_LOW_FN_RATE).score()).isGreaterThanOrEqualTo(81);
        assertThat(results.asShipped(NabProfile.STANDARD).score()).isGreaterThanOrEqualTo(75);
        assertThat(results.leaveOneCategoryOut()).isGreaterThanOrEqualTo(75);

        // And: silence where there is no anomaly
        Outcome clean = results.categories().get("artificialNoAnomaly");
        assertThat(clean == null ? 0 : clean.detections()).isZero();
    }

    /** A score may depend on nothing that comes later: a file that is cut off has the same scores up to there. */
    @Test
    void noScoreLooksAhead() throws Exception {
        for (NabSeries series : corpus().subList(0, 8)) {
            int rows = series.rows() * 2 / 3;
            NabSeries cut = new NabSeries(
                    series.category(),
                    series.file(),
                    series.timestamps().subList(0, rows),
                    series.values().subList(0, rows),
                    List.of());
            double[] whole = NabDetector.all().get(0).scores(series);
            assertThat(NabDetector.all().get(0).scores(cut)).containsExactly(Arrays.copyOf(whole, rows));
        }
    }

    @Test
    void resultsHaveNabsFormat(@TempDir Path folder) throws Exception {
        // Given
        Files.createDirectories(folder.resolve("data/some"));
        Files.createDirectories(folder.resolve("labels"));
        StringBuilder rows = new StringBuilder("timestamp,value\n");
        for (int i = 0; i < 200; i++) {
            rows.append("2014-04-01 00:%02d:%02d,%s\n".formatted(i / 60, i % 60, i == 150 ? 1000 : i % 7));
        }
        Files.writeString(folder.resolve("data/some/one.csv"), rows);
        Files.writeString(
                folder.resolve("labels/combined_windows.json"),
                "{\"some/one.csv\": [[\"2014-04-01 00:02:25.000000\", \"2014-04-01 00:02:35.000000\"]],"
                        + " \"some/not-there.csv\": []}");

        // When
        String table = NabBenchmark.run(folder, folder.resolve("out"), List.of("millrace"));

        // Then
        List<String> lines = Files.readAllLines(folder.resolve("out/millrace/some/millrace_one.csv"));
        assertThat(lines)
                .hasSize(201)
                .startsWith("timestamp,value,anomaly_score,label", "2014-04-01 00:00:00,0.0,0.0,0");
        assertThat(lines.get(151)).startsWith("2014-04-01 00:02:30,1000.0,0.99").endsWith(",1");
        assertThat(lines.get(144)).endsWith(",0");
        assertThat(table).contains("1 files, 200 rows, 1 windows").contains("| millrace | ");
        assertThat(folder.resolve("out/scores.md")).hasContent(table);
    }

    @Test
    void whatCannotBeReadIsNamed(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> NabBenchmark.run(folder, folder, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessage(folder + " must hold labels/combined_windows.json and data/, as numenta/NAB does");
        assertThatThrownBy(() -> NabBenchmark.run(folder, folder, List.of("best")))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("--detector must be one of [millrace, ");
        Files.createDirectories(folder.resolve("labels"));
        Files.writeString(folder.resolve("labels/combined_windows.json"), "{\"a/b.csv\": [[\"x\", \"y\"]]}");
        assertThatThrownBy(() -> NabBenchmark.run(folder, folder, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessage(folder.resolve("data") + " must hold files that the labels name, holds none");
        Files.createDirectories(folder.resolve("data/a"));
        Files.writeString(folder.resolve("data/a/b.csv"), "timestamp,value\nz,1\n");
        assertThatThrownBy(() -> NabBenchmark.run(folder, folder, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessage(folder.resolve("data/a/b.csv") + " must have a row for the label x, has none");
    }
}
