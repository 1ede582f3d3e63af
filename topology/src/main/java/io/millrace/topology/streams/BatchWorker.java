package io.millrace.topology.streams;

import io.millrace.scorers.Scorer;
import io.millrace.topology.batch.RowCodec;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.BatchScorer;
import io.millrace.topology.telemetry.StageTimes;
import java.util.Arrays;
import java.util.List;

/** Scores records ahead: all of a chunk, in as few calls of the model as its batch size allows. */
final class BatchWorker<R> implements AheadWorker<R> {
    private final BatchScorer<RawEvent, R> scorer;

    BatchWorker(Scorer scorer, RowCodec<RawEvent, R> codec, StageTimes times) {
        this.scorer = new BatchScorer<>(scorer, codec, times);
    }

    @Override
    public List<R> work(List<RawEvent> records) {
        @SuppressWarnings("unchecked") // seen as a list only, which needs no array of R's own type
        R[] results = (R[]) new Object[records.size()];
        scorer.score(records, results);
        return Arrays.asList(results);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
