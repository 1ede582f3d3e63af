package io.millrace.scorers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A committed model of a framework, as {@code make_frontends.py} wrote it, with what the framework says of its rows.
 *
 * @param bound the largest difference allowed, see {@link #largestDifference}
 */
record FrontEnd(String name, String frontEnd, String versions, String model, double bound) {
    static final Path FOLDER = Path.of("src", "test", "resources", "frontends");

    static List<FrontEnd> all() throws IOException {
        return Files.readAllLines(FOLDER.resolve("models.tsv")).stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .map(cells -> new FrontEnd(cells[0], cells[1], cells[2], cells[3], Double.parseDouble(cells[4])))
                .toList();
    }

    ModelFile file() throws ModelException {
        return ModelFile.read(FOLDER.resolve(name + ".onnx"));
    }

    Golden golden() throws IOException {
        return Golden.of(FOLDER.resolve(name + ".golden.txt"));
    }

    /**
     * The largest difference between the batch's outputs and the golden ones over the first rows. A number's is
     * |a − b| over the larger of |b| and the root mean square of the output's column; a text's is 0 or infinite.
     */
    static double largestDifference(Golden golden, ModelContract contract, Batch batch, int rows) {
        double largest = 0;
        for (int i = 0; i < contract.outputs().size(); i++) {
            String name = contract.outputs().get(i).name();
            Golden.Table table = golden.outputs().get(name);
            if (table == null) {
                throw new IllegalStateException("no golden rows of output '" + name + "', but of "
                        + golden.outputs().keySet());
            }
            for (int column = 0; column < batch.output(i).rowSize(); column++) {
                largest = Math.max(
                        largest,
                        table.isText()
                                ? ofText(table, batch.output(i), column, rows)
                                : ofNumbers(table, batch.output(i), column, rows));
            }
        }
        return largest;
    }

    private static double ofText(Golden.Table table, TensorBuffer output, int column, int rows) {
        for (int row = 0; row < rows; row++) {
            if (!table.texts()[row][column].equals(output.text(row, column))) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return 0;
    }

    private static double ofNumbers(Golden.Table table, TensorBuffer output, int column, int rows) {
        double squares = 0;
        for (double[] row : table.numbers()) {
            squares += row[column] * row[column];
        }
        double rms = Math.sqrt(squares / table.rows());
        double largest = 0;
        for (int row = 0; row < rows; row++) {
            double expected = table.numbers()[row][column];
            double difference = Math.abs(output.get(row, column) - expected);
            largest = Math.max(largest, difference == 0 ? 0 : difference / Math.max(Math.abs(expected), rms));
        }
        return largest;
    }
}
