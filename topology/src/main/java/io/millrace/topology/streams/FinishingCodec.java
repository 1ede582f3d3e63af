package io.millrace.topology.streams;

import io.millrace.scorers.Batch;
import io.millrace.topology.batch.RowCodec;
import io.millrace.topology.emit.OutRecord;
import io.millrace.topology.emit.PredictionWriter;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.Outcome.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * Writes predictions where they were made, so that the stream thread is left with forwarding them; unless detectors
 * have yet to add to them, who write them then.
 */
final class FinishingCodec implements RowCodec<RawEvent, Finished> {
    private final RowCodec<RawEvent, Outcome> codec;
    private final @Nullable PredictionWriter writer;

    FinishingCodec(RowCodec<RawEvent, Outcome> codec, @Nullable PredictionWriter writer) {
        this.codec = codec;
        this.writer = writer;
    }

    static Finished finish(RawEvent raw, Outcome outcome, @Nullable PredictionWriter writer) {
        OutRecord prediction = writer != null && outcome instanceof Prediction made ? writer.write(raw, made) : null;
        return new Finished(raw, outcome, prediction);
    }

    @Override
    public @Nullable Finished encode(RawEvent raw, Batch batch, int row) {
        Outcome ready = codec.encode(raw, batch, row);
        return ready == null ? null : finish(raw, ready, writer);
    }

    @Override
    public Finished result(RawEvent raw, Batch batch, int row) {
        return finish(raw, codec.result(raw, batch, row), writer);
    }

    @Override
    public Finished failed(RawEvent raw, Exception cause) {
        return finish(raw, codec.failed(raw, cause), writer);
    }
}
