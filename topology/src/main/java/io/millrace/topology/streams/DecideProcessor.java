package io.millrace.topology.streams;

import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertState;
import io.millrace.topology.decide.AlertStates;
import io.millrace.topology.emit.AlertWriter;
import io.millrace.topology.emit.DeadLetters;
import io.millrace.topology.emit.OutRecord;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Sends each record's prediction or dead letter on its way, and moves the alerts of its device on: a raise or a
 * clear is forwarded, any other change is only stored. An event that could not be judged moves nothing.
 *
 * <p>What goes out bears the timestamp that the record came in with, not the event's time: a device's clock may
 * be years ahead, and a broker refuses such records.
 */
final class DecideProcessor implements Processor<byte[], Turn, byte[], byte[]> {
    private static final String TRACE_PARENT = "traceparent";

    private final AlertStates states;
    private final AlertWriter alerts;
    private final boolean repartitioned;
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<Bytes, byte[]> store;

    /** @param repartitioned whether records come from a topic of our own, with {@link SourceHeaders} */
    DecideProcessor(AlertStates states, AlertWriter alerts, boolean repartitioned) {
        this.states = states;
        this.alerts = alerts;
        this.repartitioned = repartitioned;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> initialised) {
        context = initialised;
        store = initialised.getStateStore(PipelineTopology.ALERT_STORE);
    }

    @Override
    public void process(Record<byte[], Turn> record) {
        for (Turn turn = record.value(); !turn.isSent(); turn.next()) {
            Finished finished = turn.result();
            long polled = finished.raw().timestampMs();
            settle(finished, polled < 0 ? record.timestamp() : polled, turn.headers());
        }
    }

    private void settle(Finished finished, long timestampMs, Headers polled) {
        if (finished.outcome() instanceof Refused refused) {
            OutRecord letter = DeadLetters.write(finished.raw(), refused.why());
            Headers kept = new RecordHeaders(polled).remove(AheadRef.KEY);
            if (repartitioned) {
                SourceHeaders.forget(kept);
            }
            send(letter, kept, timestampMs, PipelineTopology.DEAD_LETTERS);
            return;
        }
        Headers traced = traced(polled);
        send(Objects.requireNonNull(finished.prediction()), traced, timestampMs, PipelineTopology.PREDICTIONS);
        Prediction prediction = (Prediction) finished.outcome();
        if (prediction.insufficient() == null && !states.rules().isEmpty()) {
            decide(finished, prediction, timestampMs, traced);
        }
    }

    /** What a record's outputs carry on of its headers. */
    private static @Nullable Headers traced(Headers polled) {
        Header trace = polled.lastHeader(TRACE_PARENT);
        return trace == null ? null : new RecordHeaders(List.of(trace));
    }

    private void decide(Finished finished, Prediction prediction, long timestampMs, @Nullable Headers traced) {
        KeyValueStore<Bytes, byte[]> stored = Objects.requireNonNull(store);
        Bytes device = Bytes.wrap(prediction.device());
        AlertState[] now = states.read(stored.get(device));
        boolean changed = false;
        for (int i = 0; i < now.length; i++) {
            AlertState before = now[i];
            AlertState after = before.next(states.rules().get(i), prediction.scores(), prediction.timeMs());
            if (after.equals(before)) {
                continue;
            }
            now[i] = after;
            changed = true;
            if (after.tells(before)) {
                AlertChange change = new AlertChange(
                        prediction.device(),
                        states.rules().get(i),
                        before,
                        after,
                        prediction.timeMs(),
                        prediction.scores());
                send(alerts.write(finished.raw(), change), traced, timestampMs, PipelineTopology.ALERTS);
            }
        }
        if (changed) {
            stored.put(device, states.write(now));
        }
    }

    /** @param headers to which the output's own are added, after them */
    private void send(OutRecord out, @Nullable Headers headers, long timestampMs, String child) {
        Record<byte[], byte[]> record = new Record<>(out.key(), out.value(), timestampMs, headers); // copies headers
        for (OutRecord.Attribute attribute : out.attributes()) {
            record.headers().add(new RecordHeader(attribute.name(), attribute.value()));
        }
        Objects.requireNonNull(context).forward(record, child);
    }
}
