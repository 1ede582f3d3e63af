package io.millrace.topology.score;

import io.millrace.scorers.Batch;
import io.millrace.topology.batch.RowCodec;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.features.DeviceState;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records whose rows need nothing but the record itself. Not thread-safe. */
public final class StatelessCodec implements RowCodec<RawEvent, Outcome> {
    private final ScoringPlan plan;
    private final EventDecoder decoder;
    private final DeviceState noPast;
    private final Event[] events;
    private final double[][] inputs;

    /** @param maxRows rows of the batches that it will be given */
    public StatelessCodec(ScoringPlan plan, int maxRows) {
        if (plan.features().stateful()) {
            throw new IllegalArgumentException("the plan must not need the device's past, but does");
        }
        this.plan = plan;
        decoder = plan.decoders().get();
        noPast = new DeviceState(plan.features().layout());
        inputs = plan.features().newRow();
        events = new Event[maxRows];
        for (int i = 0; i < maxRows; i++) {
            events[i] = new Event(plan.fields());
        }
    }

    @Override
    public @Nullable Outcome encode(RawEvent raw, Batch batch, int row) {
        Decoded decoded = plan.decode(decoder, raw, events[row]);
        if (decoded instanceof Rejected why) {
            return new Refused(why);
        }
        Event event = events[row];
        String insufficient = plan.quality().judge(event, raw.timestampMs());
        if (insufficient != null) {
            return Prediction.insufficient(device(event), event.timeMs(), insufficient);
        }
        plan.features().fill(event.values(), event.timeMs(), noPast, inputs);
        plan.writeRow(inputs, event, batch, row);
        return null;
    }

    @Override
    public Outcome result(RawEvent raw, Batch batch, int row) {
        Event event = events[row];
        return new Prediction(
                device(event),
                event.timeMs(),
                plan.readScores(batch, row),
                plan.readFields(event),
                null,
                null,
                batch.provider());
    }

    @Override
    public Outcome failed(RawEvent raw, Exception cause) {
        return refused(cause);
    }

    static Refused refused(Exception cause) {
        return new Refused(new Rejected("score", Reason.MODEL_FAILED, null, String.valueOf(cause.getMessage())));
    }

    static byte[] device(Event event) {
        return Objects.requireNonNull(event.device(), "the key stage names the device of every event");
    }
}
