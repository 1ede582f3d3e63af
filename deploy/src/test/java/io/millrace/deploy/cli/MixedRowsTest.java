package io.millrace.deploy.cli;

import static io.millrace.deploy.cli.Shell.millrace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.deploy.cli.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file of numbers, words and booleans, scored with the committed scikit-learn model that takes them, gives what
 * scikit-learn gave.
 */
class MixedRowsTest {
    private static final Path MODELS = Path.of("../scorers/src/test/resources/frontends");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    /** The rows of a golden file's tensor, as written there. */
    private static List<String> golden(String model, String tensor) throws IOException {
        List<String> lines = Files.readAllLines(MODELS.resolve(model + ".golden.txt"));
        int head = 0;
        while (!lines.get(head).split(" ", -1)[1].equals(tensor)) {
            head += 1 + Integer.parseInt(lines.get(head).split(" ", -1)[2]);
        }
        return lines.subList(
                head + 1, head + 1 + Integer.parseInt(lines.get(head).split(" ", -1)[2]));
    }

    private static Path model(String name) {
        return MODELS.resolve(name + ".onnx").toAbsolutePath().normalize();
    }

    private List<String> score(String pipeline, List<String> csv) throws IOException {
        Path yaml = Files.writeString(folder.resolve("pipeline.yaml"), pipeline);
        Path input = Files.write(folder.resolve("rows.csv"), csv);
        Path output = folder.resolve("scores.csv");

        Result result = millrace("score", "--pipeline", yaml, "--input", input, "--output", output);

        assertThat(result.code()).as(result.err()).isZero();
        return Files.readAllLines(output);
    }

    @Test
    void numbersWordsAndBooleansOfACsvFileAreScored() throws IOException {
        // Given the golden rows as a CSV file, and scores by label and by index
        List<String> csv = new ArrayList<>(List.of("temperature,pressure,site,running"));
        List<String> temperature = golden("sklearn-mixed", "temperature");
        for (int i = 0; i < temperature.size(); i++) {
            csv.add(String.join(
                    ",",
                    temperature.get(i),
                    golden("sklearn-mixed", "pressure").get(i),
                    golden("sklearn-mixed", "site").get(i),
                    golden("sklearn-mixed", "running").get(i).equals("1.0") ? "true" : "false"));
        }

        // When
        List<String> scores = score("""
                pipeline: mixed
                model:
                  uri: %s
                  inputs: {temperature: [/temperature], pressure: [/pressure], site: [/site], running: [/running]}
                  scores: {worn: {output: probabilities, index: 1}}
                """.formatted(model("sklearn-mixed")), csv);

        // Then
        List<String> expected = golden("sklearn-mixed", "probabilities");
        assertThat(scores).hasSize(expected.size() + 1);
        for (int i = 0; i < expected.size(); i++) {
            double worn = Double.parseDouble(expected.get(i).split(" ", -1)[1]);
            assertThat(Double.parseDouble(scores.get(i + 1).split(",", -1)[3])).isCloseTo(worn, within(1e-5));
        }
    }

    @Test
    void aWordThatTheModelRefusesIsRejectedAlone() throws IOException {
        List<String> scores = score(
                """
                pipeline: mixed
                model:
                  uri: %s
                  inputs: {temperature: [/temperature], pressure: [/pressure], site: [/site], running: [/running]}
                  scores: {worn: {output: probabilities, index: 1}}
                """.formatted(model("sklearn-mixed")),
                List.of(
                        "temperature,pressure,site,running",
                        "60,4,north,true",
                        "60,4,nowhere,true",
                        "60,4,,true",
                        "60,4,north,true"));

        assertThat(scores.get(1)).contains(",OK,");
        assertThat(scores.get(2)).contains("REJECTED,model-failed: ").contains("Unknown Category");
        assertThat(scores.get(3)).contains("INSUFFICIENT,missing /site");
        assertThat(scores.get(4).split(",", -1)[3]).isEqualTo(scores.get(1).split(",", -1)[3]);
    }

    @Test
    void labelsInMapsAndTextsBecomeNamedScores() throws IOException {
        List<String> csv = new ArrayList<>(List.of("a,b,c,d,e,f"));
        golden("sklearn-forest-zipmap", "features").forEach(row -> csv.add(row.replace(' ', ',')));

        List<String> scores = score("""
                pipeline: forest
                model:
                  uri: %s
                  inputs: {features: [/a, /b, /c, /d, /e, /f]}
                  scores:
                    worn: {output: output_probability, label: worn}
                    says-worn: {output: output_label, label: worn}
                """.formatted(model("sklearn-forest-zipmap")), csv);

        List<String> labels = golden("sklearn-forest-zipmap", "output_label");
        for (int i = 0; i < labels.size(); i++) {
            String[] cells = scores.get(i + 1).split(",", -1);
            assertThat(cells[4]).isEqualTo(labels.get(i).equals("worn") ? "1.0" : "0.0");
            assertThat(Double.parseDouble(cells[3]) > 0.5)
                    .isEqualTo(labels.get(i).equals("worn"));
        }
    }
}
