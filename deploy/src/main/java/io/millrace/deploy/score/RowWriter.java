package io.millrace.deploy.score;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.emit.ModelIdentity;
import io.millrace.topology.emit.PredictionWriter;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes what became of each row, rejected ones included, so that nothing of a file vanishes. */
public interface RowWriter extends Closeable {
    void write(RawEvent row, Outcome outcome) throws IOException;

    /**
     * JSON lines, each a prediction as on the wire (a rejected row: {@code {"row":…,"rejected":{…}}}); or CSV, if
     * the file's name says so.
     *
     * @param file {@code null} for standard output
     */
    static RowWriter to(OutputStream sink, @Nullable Path file, LoadedPipeline loaded) throws InputException {
        String name = file == null ? ".jsonl" : file.getFileName().toString().toLowerCase(Locale.ROOT);
        List<String> scores = List.copyOf(
                loaded.config().model().scoresOf(loaded.scorer().contract()).keySet());
        if (name.endsWith(".csv")) {
            return new Csv(new BufferedOutputStream(sink), scores);
        }
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return new JsonLines(new BufferedOutputStream(sink), loaded, scores);
        }
        throw new InputException("output must be a .csv or .jsonl file, got: " + file);
    }

    /** JSON lines. */
    final class JsonLines implements RowWriter {
        private final OutputStream out;
        private final PredictionWriter predictions;

        JsonLines(OutputStream out, LoadedPipeline loaded, List<String> scores) {
            this.out = out;
            PipelineConfig config = loaded.config();
            ModelIdentity identity = new ModelIdentity(
                    config.model().name(),
                    config.model().version().orElse(null),
                    loaded.scorer().contract().sha256(),
                    loaded.scorer().provider());
            predictions = new PredictionWriter(identity, scores, null);
        }

        @Override
        public void write(RawEvent row, Outcome outcome) throws IOException {
            out.write(
                    outcome instanceof Prediction prediction
                            ? Objects.requireNonNull(
                                    predictions.write(row, prediction).value())
                            : RejectedJson.of(row, ((Refused) outcome).why()));
            out.write('\n');
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** CSV: row, device, time, a column for each score, quality, reason. */
    final class Csv implements RowWriter {
        private final CsvWriter csv;
        private final int scores;

        Csv(OutputStream out, List<String> scores) {
            this.csv = CsvWriter.builder().build(new OutputStreamWriter(out, UTF_8));
            this.scores = scores.size();
            List<String> header = new ArrayList<>(List.of("row", "device", "time"));
            header.addAll(scores);
            header.addAll(List.of("quality", "reason"));
            csv.writeRecord(header);
        }

        @Override
        public void write(RawEvent row, Outcome outcome) {
            List<String> cells = new ArrayList<>();
            cells.add(Long.toString(row.offset()));
            if (outcome instanceof Prediction prediction) {
                cells.add(new String(prediction.device(), UTF_8));
                cells.add(Long.toString(prediction.timeMs()));
                for (int i = 0; i < scores; i++) {
                    cells.add(
                            i < prediction.scores().length
                                    ? Double.toString(prediction.scores()[i])
                                    : "");
                }
                cells.add(prediction.insufficient() == null ? "OK" : "INSUFFICIENT");
                cells.add(Objects.requireNonNullElse(prediction.insufficient(), ""));
            } else {
                Rejected why = ((Refused) outcome).why();
                cells.addAll(List.of("", ""));
                for (int i = 0; i < scores; i++) {
                    cells.add("");
                }
                cells.add("REJECTED");
                cells.add(why.reason().code() + ": " + why.detail());
            }
            csv.writeRecord(cells);
        }

        @Override
        public void close() throws IOException {
            csv.close();
        }
    }
}
