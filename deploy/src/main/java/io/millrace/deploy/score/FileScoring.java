package io.millrace.deploy.score;

import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.OfflineScorer;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.PlanCompiler;
import io.millrace.topology.telemetry.StageTimes;
import io.opentelemetry.api.metrics.MeterProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Scores all rows of a file, a batch at a time. */
public final class FileScoring {
    private final LoadedPipeline loaded;
    private final RowReader rows;
    private final RowWriter writer;
    private long scored;
    private long insufficient;
    private long rejected;

    /** How many rows became what. */
    public record Counts(long rows, long scored, long insufficient, long rejected) {}

    public FileScoring(LoadedPipeline loaded, RowReader rows, RowWriter writer) {
        this.loaded = loaded;
        this.rows = rows;
        this.writer = writer;
    }

    /** @param progress is told, after each batch, how many bytes of the file were read */
    public Counts run(LongConsumer progress) throws IOException {
        StageTimes unmeasured = new StageTimes(MeterProvider.noop().get("io.millrace"));
        try (OfflineScorer scorer = new OfflineScorer(
                PlanCompiler.compile(loaded.config(), loaded.scorer().contract()), loaded.scorer(), unmeasured)) {
            List<RawEvent> batch = nextBatch();
            while (!batch.isEmpty()) {
                List<Outcome> outcomes = scorer.score(batch);
                for (int i = 0; i < batch.size(); i++) {
                    count(outcomes.get(i));
                    writer.write(batch.get(i), outcomes.get(i));
                }
                progress.accept(rows.position());
                batch = nextBatch();
            }
        }
        return new Counts(scored + insufficient + rejected, scored, insufficient, rejected);
    }

    private List<RawEvent> nextBatch() throws IOException {
        int most = loaded.scorer().maxRows();
        List<RawEvent> batch = new ArrayList<>(most);
        while (batch.size() < most) {
            RawEvent row = rows.next();
            if (row == null) {
                break;
            }
            batch.add(row);
        }
        return batch;
    }

    private void count(Outcome outcome) {
        if (!(outcome instanceof Prediction prediction)) {
            rejected++;
        } else if (prediction.insufficient() != null) {
            insufficient++;
        } else {
            scored++;
        }
    }
}
