package io.millrace.topology.streams;

import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.ScoringPlan;
import io.millrace.topology.telemetry.StageTimes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes records ahead: all that can be done before the device's state is known. */
final class DecodeWorker implements AheadWorker<Decoded> {
    private final ScoringPlan plan;
    private final EventDecoder decoder;
    private final StageTimes times;

    DecodeWorker(ScoringPlan plan, StageTimes times) {
        this.plan = plan;
        this.decoder = plan.decoders().get();
        this.times = times;
    }

    @Override
    public void work(List<RawEvent> records, @Nullable Decoded[] results) {
        long start = times.now();
        for (int i = 0; i < results.length; i++) {
            results[i] = plan.decode(decoder, records.get(i));
        }
        times.decoded(start);
    }

    @Override
    public void close() {}
}
