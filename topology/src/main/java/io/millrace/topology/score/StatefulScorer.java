package io.millrace.topology.score;

import io.millrace.scorers.Batch;
import io.millrace.scorers.Scorer;
import io.millrace.topology.batch.RowCodec;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.features.DeviceState;
import io.millrace.topology.features.Quality;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import io.millrace.topology.telemetry.StageTimes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Scores records whose rows depend on their device's past, several records of a device in one batch included.
 *
 * <p>It works on an overlay: copies of the devices' states, which each record of the batch moves on in turn, so
 * that a row sees the past as it will be when its record's turn comes. The stored states are not touched: the
 * caller moves each one on ({@link Step#applyTo}) as the record is processed, and asks {@link Step#assumes}
 * first whether it has come to stand where the overlay took it to stand.
 *
 * <p>A recurrent model's hidden state of one row is what the model itself left at the device's row before. So the
 * rows are scored in waves: the first row of every device, then the second of those that have one, and so on.
 *
 * <p>Not thread-safe.
 */
public final class StatefulScorer implements AutoCloseable {
    private final ScoringPlan plan;
    private final BatchScorer<Row, Outcome> scorer;

    public StatefulScorer(ScoringPlan plan, Scorer scorer, StageTimes times) {
        this.plan = plan;
        this.scorer = new BatchScorer<>(scorer, new Rows(), times);
    }

    /**
     * What a record will do: its outcome, and its effect on its device's state.
     *
     * @param outcome what becomes of the record
     * @param event the event, if the record could be decoded
     * @param assumed how many events the device's state must have accepted before this one
     * @param accepted whether the event enters the device's past
     * @param hidden the recurrent state that the model left, if it did
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once, and never compared
    public record Step(
            Outcome outcome, @Nullable Event event, long assumed, boolean accepted, double @Nullable [] hidden) {

        /** The device id as UTF-8; only of a record that has an event. */
        public byte[] device() {
            return StatelessCodec.device(Objects.requireNonNull(event, "a refused record has no device"));
        }

        /** Whether the outcome holds for a device whose state has come to be this one. */
        public boolean assumes(DeviceState state) {
            return event == null || state.count() == assumed;
        }

        /** Moves the device's state on by this record, if it was accepted. */
        public void applyTo(DeviceState state) {
            if (event != null && accepted) {
                state.accept(event.values(), event.timeMs());
                if (hidden != null) {
                    System.arraycopy(hidden, 0, state.hidden(), 0, hidden.length);
                }
            }
        }
    }

    /** A device's state while the batch moves it on, and how many of its rows the model was asked for. */
    private static final class Overlay {
        private final DeviceState state;
        private int rows;

        Overlay(DeviceState state) {
            this.state = state;
        }
    }

    /** One event on its way through the batch. */
    private static final class Row {
        private final Event event;
        private final DeviceState state;
        private final long assumed;
        private double[][] inputs = {};
        private boolean accepted;
        private double @Nullable [] hidden;
        private @Nullable Outcome outcome;

        Row(Event event, DeviceState state) {
            this.event = event;
            this.state = state;
            this.assumed = state.count();
        }

        Step step() {
            return new Step(Objects.requireNonNull(outcome), event, assumed, accepted, hidden);
        }
    }

    /**
     * Scores records in order.
     *
     * @param raws where the decoded records came from
     * @param decoded the records
     * @param stored the state of a device as it is before the first of the records; not changed
     * @return what each record will do
     */
    public Step[] score(List<RawEvent> raws, List<Decoded> decoded, Function<byte[], DeviceState> stored) {
        Map<ByteBuffer, Overlay> overlays = new HashMap<>();
        List<List<Row>> waves = new ArrayList<>();
        @Nullable Row[] rows = new Row[decoded.size()];
        for (int i = 0; i < rows.length; i++) {
            if (decoded.get(i) instanceof Event event) {
                byte[] device = StatelessCodec.device(event);
                Overlay overlay = overlays.computeIfAbsent(
                        ByteBuffer.wrap(device),
                        key -> new Overlay(stored.apply(device).copy()));
                Row row = prepare(raws.get(i), event, overlay.state);
                rows[i] = row;
                if (row.outcome == null) {
                    int wave = plan.recurrent().isEmpty() ? 0 : overlay.rows++;
                    if (wave == waves.size()) {
                        waves.add(new ArrayList<>());
                    }
                    waves.get(wave).add(row);
                }
            }
        }
        waves.forEach(this::scoreWave);
        return steps(decoded, rows);
    }

    private void scoreWave(List<Row> wave) {
        @Nullable Outcome[] outcomes = new Outcome[wave.size()];
        scorer.score(wave, outcomes);
        for (int i = 0; i < outcomes.length; i++) {
            wave.get(i).outcome = outcomes[i];
        }
    }

    private Row prepare(RawEvent raw, Event event, DeviceState state) {
        Row row = new Row(event, state);
        String insufficient = plan.quality().judge(event, raw.timestampMs());
        if (insufficient == null) {
            insufficient = Quality.judgeOrder(event.timeMs(), state);
        }
        if (insufficient == null) {
            row.accepted = true;
            int lookBack = plan.features().lookBack();
            if (state.count() >= lookBack) {
                row.inputs = plan.features().newRow();
                plan.features().fill(event.values(), event.timeMs(), state, row.inputs);
            } else {
                insufficient = "history: the device must have had " + lookBack + " events, got: " + state.count();
            }
            state.accept(event.values(), event.timeMs());
            String frozen = plan.quality().judgeFrozen(state);
            insufficient = frozen == null ? insufficient : frozen;
        }
        if (insufficient != null) {
            row.outcome = Prediction.insufficient(StatelessCodec.device(event), event.timeMs(), insufficient);
        }
        return row;
    }

    private static Step[] steps(List<Decoded> decoded, @Nullable Row[] rows) {
        Step[] steps = new Step[rows.length];
        for (int i = 0; i < steps.length; i++) {
            Row row = rows[i];
            steps[i] = row != null ? row.step() : refused((Rejected) decoded.get(i));
        }
        return steps;
    }

    private static Step refused(Rejected why) {
        return new Step(new Refused(why), null, 0, false, null);
    }

    @Override
    public void close() {
        scorer.close();
    }

    private final class Rows implements RowCodec<Row, Outcome> {
        @Override
        public @Nullable Outcome encode(Row row, Batch batch, int at) {
            plan.writeRow(row.inputs, row.event, batch, at);
            plan.recurrent().forEach(state -> state.write(batch, at, row.state.hidden()));
            return null;
        }

        @Override
        public Outcome result(Row row, Batch batch, int at) {
            if (!plan.recurrent().isEmpty()) {
                plan.recurrent().forEach(state -> state.read(batch, at, row.state.hidden()));
                row.hidden = row.state.hidden().clone();
            }
            return new Prediction(
                    StatelessCodec.device(row.event),
                    row.event.timeMs(),
                    plan.readScores(batch, at),
                    plan.readFields(row.event),
                    row.inputs,
                    null,
                    batch.provider());
        }

        @Override
        public Outcome failed(Row row, Exception cause) {
            return StatelessCodec.refused(cause);
        }
    }
}
