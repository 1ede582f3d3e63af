package io.millrace.topology.streams;

import io.millrace.topology.emit.DeadLetters;
import io.millrace.topology.emit.OutRecord;
import io.millrace.topology.emit.PredictionWriter;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Sends each record's prediction or dead letter on its way, and moves the alerts of its device on. An event that could not be judged moves nothing.
 *
 * <p>What goes out bears the timestamp that the record came in with, not the event's time: a device's clock may
 * be years ahead, and a broker refuses such records.
 */
final class DecideProcessor implements Processor<byte[], Turn, byte[], byte[]> {
    static final String TRACE_PARENT = "traceparent";

    private final TaskAlerts alerts;
    private final @Nullable TaskTwins twins;
    private final boolean twinOnPredictions;
    private final @Nullable PartitionCheck check;
    private final boolean repartitioned;
    private @Nullable ProcessorContext<byte[], byte[]> context;

    /**
     * @param twins the devices' twins, if they are read
     * @param twinOnPredictions whether predictions tell of them
     * @param check where telemetry has to meet news of its device
     * @param repartitioned whether records come from a topic of our own, with {@link SourceHeaders}
     */
    DecideProcessor(
            TaskAlerts alerts,
            @Nullable TaskTwins twins,
            boolean twinOnPredictions,
            @Nullable PartitionCheck check,
            boolean repartitioned) {
        this.alerts = alerts;
        this.twins = twins;
        this.twinOnPredictions = twinOnPredictions;
        this.check = check;
        this.repartitioned = repartitioned;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> initialised) {
        context = initialised;
        if (twins != null) {
            twins.open(initialised);
        }
        alerts.open(initialised);
    }

    @Override
    public void process(Record<byte[], Turn> record) {
        News news = record.value().news();
        if (news != null) {
            take(news, record.timestamp());
        }
        for (Turn turn = record.value(); !turn.isSent(); turn.next()) {
            Finished finished = turn.result();
            long polled = finished.raw().timestampMs();
            settle(finished, polled < 0 ? record.timestamp() : polled, turn.headers());
        }
    }

    private void take(News news, long timestampMs) {
        if (news.kind() == News.Kind.RETIRED) {
            alerts.retire(news.device(), timestampMs); // whose last records still tell of its twin
        }
        if (twins != null) {
            twins.take(news);
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
        Prediction prediction = (Prediction) finished.outcome();
        OutRecord out = Objects.requireNonNull(finished.prediction());
        if (twins != null && twinOnPredictions) {
            out = PredictionWriter.withTwin(out, twins.of(prediction.device()).properties());
        }
        send(out, traced, timestampMs, PipelineTopology.PREDICTIONS);
        if (check != null) {
            check.see(
                    prediction.device(),
                    Objects.requireNonNull(context).taskId().partition());
        }
        if (prediction.insufficient() == null && alerts.any()) {
            alerts.decide(finished.raw(), prediction, timestampMs, traced);
        }
    }

    @Override
    public void close() {
        alerts.close();
    }

    /** What a record's outputs carry on of its headers. */
    private static @Nullable Headers traced(Headers polled) {
        Header trace = polled.lastHeader(TRACE_PARENT);
        return trace == null ? null : new RecordHeaders(List.of(trace));
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
