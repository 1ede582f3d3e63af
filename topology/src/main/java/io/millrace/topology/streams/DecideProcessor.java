package io.millrace.topology.streams;

import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertState;
import io.millrace.topology.decide.AlertStates;
import io.millrace.topology.emit.AlertWriter;
import io.millrace.topology.emit.DeadLetters;
import io.millrace.topology.emit.OutRecord;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
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
final class DecideProcessor implements Processor<byte[], Finished, byte[], byte[]> {
    private static final String TRACE_PARENT = "traceparent";

    private final AlertStates states;
    private final AlertWriter alerts;
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<Bytes, byte[]> store;

    DecideProcessor(AlertStates states, AlertWriter alerts) {
        this.states = states;
        this.alerts = alerts;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> initialised) {
        context = initialised;
        store = initialised.getStateStore(PipelineTopology.ALERT_STORE);
    }

    @Override
    public void process(Record<byte[], Finished> record) {
        Finished finished = record.value();
        if (finished.outcome() instanceof Refused refused) {
            OutRecord letter = DeadLetters.write(finished.raw(), refused.why());
            send(letter, record.headers(), record, PipelineTopology.DEAD_LETTERS);
            return;
        }
        send(Objects.requireNonNull(finished.prediction()), new RecordHeaders(), record, PipelineTopology.PREDICTIONS);
        Prediction prediction = (Prediction) finished.outcome();
        if (prediction.insufficient() == null && !states.rules().isEmpty()) {
            decide(record, finished, prediction);
        }
    }

    private void decide(Record<byte[], Finished> record, Finished finished, Prediction prediction) {
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
                send(alerts.write(finished.raw(), change), new RecordHeaders(), record, PipelineTopology.ALERTS);
            }
        }
        if (changed) {
            stored.put(device, states.write(now));
        }
    }

    private void send(OutRecord out, Headers headers, Record<?, ?> input, String child) {
        for (OutRecord.Attribute attribute : out.attributes()) {
            headers.add(new RecordHeader(attribute.name(), attribute.value()));
        }
        Header trace = input.headers().lastHeader(TRACE_PARENT);
        if (trace != null && headers != input.headers()) {
            headers.add(trace);
        }
        Objects.requireNonNull(context)
                .forward(new Record<>(out.key(), out.value(), input.timestamp(), headers), child);
    }
}
