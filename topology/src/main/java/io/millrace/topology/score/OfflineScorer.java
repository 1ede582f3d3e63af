package io.millrace.topology.score;

import io.millrace.scorers.Scorer;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.features.DeviceState;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.StatefulScorer.Step;
import io.millrace.topology.telemetry.StageTimes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The same decoding, features and scoring as in the stream, over records from anywhere: a file, a job. Device
 * states live in memory for as long as the scorer does. Not thread-safe.
 */
public final class OfflineScorer implements AutoCloseable {
    private final ScoringPlan plan;
    private final EventDecoder decoder;
    private final @Nullable BatchScorer<RawEvent, Outcome> stateless;
    private final @Nullable StatefulScorer stateful;
    private final Map<ByteBuffer, DeviceState> states = new HashMap<>();

    public OfflineScorer(ScoringPlan plan, Scorer scorer, StageTimes times) {
        this.plan = plan;
        decoder = plan.decoders().get();
        boolean withState = plan.features().stateful();
        stateful = withState ? new StatefulScorer(plan, scorer, times) : null;
        stateless = withState ? null : new BatchScorer<>(scorer, new StatelessCodec(plan, scorer.maxRows()), times);
    }

    /** What becomes of each record, in order; of a device's records, the order is that of its past. */
    public List<Outcome> score(List<RawEvent> records) {
        if (stateless != null) {
            @Nullable Outcome[] outcomes = new Outcome[records.size()];
            stateless.score(records, outcomes);
            return Arrays.stream(outcomes).map(Objects::requireNonNull).toList();
        }
        List<Decoded> decoded = new ArrayList<>(records.size());
        for (RawEvent record : records) {
            decoded.add(plan.decode(decoder, record));
        }
        List<Outcome> outcomes = new ArrayList<>(records.size());
        for (Step step : Objects.requireNonNull(stateful).score(records, decoded, this::state)) {
            if (step.event() != null) {
                step.applyTo(state(step.device()));
            }
            outcomes.add(step.outcome());
        }
        return outcomes;
    }

    private DeviceState state(byte[] device) {
        return states.computeIfAbsent(
                ByteBuffer.wrap(device), key -> new DeviceState(plan.features().layout()));
    }

    @Override
    public void close() {
        if (stateless != null) {
            stateless.close();
        }
        if (stateful != null) {
            stateful.close();
        }
    }
}
