package io.millrace.topology.streams;

import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.ScoringPlan;
import io.millrace.topology.telemetry.StageTimes;
import java.util.ArrayList;
import java.util.List;

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
    public List<Decoded> work(List<RawEvent> records) {
        long start = times.now();
        List<Decoded> decoded = new ArrayList<>(records.size());
        for (RawEvent record : records) {
            decoded.add(plan.decode(decoder, record));
        }
        times.decoded(start);
        return decoded;
    }

    @Override
    public void close() {}
}
