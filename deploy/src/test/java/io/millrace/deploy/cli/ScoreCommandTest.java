package io.millrace.deploy.cli;

import static io.millrace.deploy.cli.Shell.millrace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.deploy.cli.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code millrace score} over files of all kinds, with the demonstration's model and its golden rows. */
class ScoreCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path MODEL = Path.of("src/main/resources/demo/pump-autoencoder.onnx");
    private static final Path GOLDEN = Path.of("src/main/resources/demo/golden.json");
    private static final String HEADER = "flow,suction,pressure,speed,current,temperature,bearing,vibration\n";
    private static final String ROW = "79.9,1.25,4.17,2737.0,15.8,26.8,38.7,1.34\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @ParameterizedTest
    @CsvSource({"csv, csv", "csv, jsonl", "jsonl, csv", "jsonl, jsonl"})
    void givesTheGoldenScores(String in, String out) throws IOException {
        // Given
        JsonNode golden = JSON.readTree(GOLDEN.toFile());
        JsonNode rows = golden.get("inputs");
        Path input = write("rows." + in, in.equals("csv") ? csv(golden, rows) : jsonLines(golden, rows));
        Path output = folder.resolve("scores." + out);

        // When
        Result score = millrace("score", "--model", MODEL, "--input", input, "--output", output);

        // Then
        assertThat(score.code()).as(score.err()).isZero();
        assertThat(score.out()).isEmpty();
        assertThat(score.err())
                .isEqualTo("%1$d rows: %1$d scored, 0 insufficient, 0 rejected; written to %2$s%n"
                        .formatted(rows.size(), output));
        List<Double> scores = scores(output, out);
        assertThat(scores).hasSize(rows.size());
        for (int i = 0; i < scores.size(); i++) {
            assertThat(scores.get(i)).isCloseTo(expected(golden, i), within(1e-5));
        }
    }

    private static double expected(JsonNode golden, int row) {
        JsonNode anomaly = golden.has("anomaly")
                ? golden.get("anomaly")
                : golden.get("outputs").get("anomaly");
        JsonNode value = anomaly.get(row);
        return value.isArray() ? value.get(0).asDouble() : value.asDouble();
    }

    private static List<Double> scores(Path output, String format) throws IOException {
        List<String> lines = Files.readAllLines(output);
        List<Double> scores = new ArrayList<>();
        if (format.equals("csv")) {
            int column = List.of(lines.get(0).split(",")).indexOf("anomaly");
            lines.stream().skip(1).forEach(line -> scores.add(Double.valueOf(line.split(",", -1)[column])));
        } else {
            for (String line : lines) {
                scores.add(JSON.readTree(line).at("/scores/anomaly").asDouble());
            }
        }
        return scores;
    }

    private static String csv(JsonNode golden, JsonNode rows) {
        return lines(golden.get("features"), ",") + "\n"
                + StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> lines(row, ","))
                        .collect(Collectors.joining("\n"))
                + "\n";
    }

    private static String lines(JsonNode values, String delimiter) {
        return StreamSupport.stream(values.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(delimiter));
    }

    private static String jsonLines(JsonNode golden, JsonNode rows) {
        StringBuilder lines = new StringBuilder();
        for (JsonNode row : rows) {
            ObjectNode object = JSON.createObjectNode();
            for (int i = 0; i < row.size(); i++) {
                object.set(golden.get("features").get(i).asText(), row.get(i));
            }
            lines.append(object).append('\n');
        }
        return lines.toString();
    }

    @Test
    void keepsEveryRowInTheOutput() throws IOException {
        // Given a good row, an empty cell, a word for a number, and a row that ends early
        Path input = write(
                "rows.csv", HEADER + ROW + ROW.replace("26.8", "") + ROW.replace("26.8", "warm") + "79.9,1.25\n" + ROW);
        Path output = folder.resolve("scores.csv");

        // When
        Result score = millrace("score", "--model", MODEL, "--input", input, "--output", output);

        // Then
        assertThat(score.code()).isZero();
        assertThat(score.err()).startsWith("5 rows: 2 scored, 1 insufficient, 2 rejected");
        assertThat(Files.readAllLines(output)).hasSize(6).satisfies(lines -> {
            assertThat(lines.get(0))
                    .startsWith("row,device,time,anomaly,errors[0],")
                    .endsWith(",quality,reason");
            assertThat(lines.get(1)).startsWith("1,1,0,").endsWith(",OK,");
            assertThat(lines.get(2)).isEqualTo("2,2,0,,,,,,,,,,INSUFFICIENT,missing /temperature");
            assertThat(lines.get(3)).startsWith("3,,,,,,,,,,,,REJECTED,\"wrong-type: ");
            assertThat(lines.get(4)).contains(",REJECTED,", "missing-field: ");
            assertThat(lines.get(5)).startsWith("5,5,0,");
        });
    }

    @Test
    void keepsRejectedLinesOfJsonToo() throws IOException {
        // Given
        String good = "{\"flow\":79.9,\"suction\":1.25,\"pressure\":4.17,\"speed\":2737.0,\"current\":15.8,"
                + "\"temperature\":26.8,\"bearing\":38.7,\"vibration\":1.34}\n";
        Path input = write("rows.jsonl", good + "not json\n\n" + good);
        Path output = folder.resolve("scores.jsonl");

        // When
        Result score = millrace("score", "--model", MODEL, "--input", input, "--output", output);

        // Then
        assertThat(score.err()).startsWith("3 rows: 2 scored, 0 insufficient, 1 rejected");
        JsonNode rejected = JSON.readTree(Files.readAllLines(output).get(1));
        assertThat(rejected.get("row").asInt()).isEqualTo(2);
        assertThat(rejected.at("/rejected/stage").asText()).isEqualTo("decode");
        assertThat(rejected.at("/rejected/reason").asText()).isEqualTo("malformed");
    }

    @Test
    void readsWhatSpreadsheetsWrite() throws IOException {
        // Given a byte order mark, quoted cells, a column more, and the line ends of Windows
        Path input = write(
                "rows.csv",
                "\ufeff\"flow\",suction,pressure,speed,current,temperature,bearing,vibration,\"note, if any\"\r\n"
                        + "\"79.9\",1.25,4.17,2737.0,15.8,26.8,38.7,1.34,\"said \"\"fine\"\"\"\r\n");

        // When
        Result score = millrace("score", "--model", MODEL, "--input", input, "--output", folder.resolve("s.csv"));

        // Then
        assertThat(score.err()).as(score.err()).startsWith("1 row: 1 scored");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        Path model = Path.of("../scorers/src/test/resources/models/mlp.onnx");
        assertThat(fails(model, write("few.csv", "a,b\n1,2\n"))).contains("columns of features, got 2: a, b");
        assertThat(fails(MODEL, write("empty.csv", ""))).contains("empty.csv must begin with a header line, is empty");
        assertThat(fails(MODEL, write("empty.jsonl", ""))).contains("empty.jsonl must have a JSON object on each line");
        assertThat(fails(MODEL, write("rows.txt", "a"))).contains("must be a .csv or .jsonl file");
        assertThat(fails(MODEL, folder.resolve("none.csv")))
                .contains("input must be a file that can be read, got: ", "none.csv");
        assertThat(fails(folder.resolve("none.onnx"), write("a.csv", HEADER + ROW)))
                .contains("none.onnx");
    }

    private String fails(Path model, Path input) {
        Result score = millrace("score", "--model", model, "--input", input);
        assertThat(score.code()).as(score.err()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(score.err().lines()).hasSize(1);
        return score.err();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
