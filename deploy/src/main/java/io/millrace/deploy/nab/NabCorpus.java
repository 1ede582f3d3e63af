package io.millrace.deploy.nab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.millrace.deploy.nab.NabSeries.Window;
import io.millrace.deploy.score.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads NAB's layout: {@code data/CATEGORY/FILE.csv} and {@code labels/combined_windows.json}. */
final class NabCorpus {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NabCorpus() {}

    /**
     * All labelled files that are there; a part of the corpus is a corpus.
     *
     * @throws InputException if there is none, or one cannot be read
     */
    static List<NabSeries> read(Path folder) throws IOException, InputException {
        Path labels = folder.resolve("labels/combined_windows.json");
        if (!Files.isRegularFile(labels)) {
            throw new InputException(folder + " must hold labels/combined_windows.json and data/, as numenta/NAB does");
        }
        List<NabSeries> corpus = new ArrayList<>();
        for (Map.Entry<String, JsonNode> labelled :
                JSON.readTree(labels.toFile()).properties()) {
            Path file = folder.resolve("data").resolve(labelled.getKey());
            if (Files.isRegularFile(file)) {
                corpus.add(series(labelled.getKey(), file, labelled.getValue()));
            }
        }
        if (corpus.isEmpty()) {
            throw new InputException(folder.resolve("data") + " must hold files that the labels name, holds none");
        }
        return corpus;
    }

    private static NabSeries series(String name, Path file, JsonNode labels) throws IOException, InputException {
        List<String> timestamps = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        try (CsvReader<CsvRecord> rows = CsvReader.builder().ofCsvRecord(file)) {
            for (CsvRecord row : rows) {
                if (row.getStartingLineNumber() > 1) {
                    timestamps.add(row.getField(0));
                    values.add(Double.valueOf(row.getField(1)));
                }
            }
        } catch (RuntimeException e) { // of the reader and of the number alike
            throw new InputException(file + " must have a timestamp and a number in each line: " + e.getMessage());
        }
        List<Window> windows = new ArrayList<>();
        for (JsonNode window : labels) {
            windows.add(new Window(
                    row(file, timestamps, window.get(0).asText()),
                    row(file, timestamps, window.get(1).asText())));
        }
        int slash = name.indexOf('/');
        return new NabSeries(name.substring(0, slash), name.substring(slash + 1), timestamps, values, windows);
    }

    /** Labels have microseconds, which the files leave out. */
    private static int row(Path file, List<String> timestamps, String label) throws InputException {
        int row = timestamps.indexOf(label.replaceFirst("\\.0+$", ""));
        if (row < 0) {
            throw new InputException(file + " must have a row for the label " + label + ", has none");
        }
        return row;
    }
}
