package io.millrace.topology.streams;

import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.emit.DeadLetters;
import io.millrace.topology.emit.OutRecord;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.ScoringPlan;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Keys each record by its device, for a source that is not partitioned by it. A record that cannot be decoded
 * becomes a dead letter here already.
 */
final class RekeyProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private final ScoringPlan plan;
    private final @Nullable String deviceHeader;
    private final EventDecoder decoder;
    private final Event event;
    private @Nullable ProcessorContext<byte[], byte[]> context;

    /** @param deviceHeader the header that names a record's device; {@code null}: none does */
    RekeyProcessor(ScoringPlan plan, @Nullable String deviceHeader) {
        this.deviceHeader = deviceHeader;
        this.plan = plan;
        this.decoder = plan.decoders().get();
        this.event = new Event(plan.fields());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> initialised) {
        context = initialised;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        ProcessorContext<byte[], byte[]> forward = Objects.requireNonNull(context);
        RawEvent raw = SourceHeaders.named(
                deviceHeader, SourceHeaders.rawEvent(record, forward.recordMetadata()), record.headers());
        Decoded decoded = plan.decode(decoder, raw, event);
        if (decoded instanceof Rejected why) {
            OutRecord letter = DeadLetters.write(raw, why);
            letter.attributes()
                    .forEach(attribute -> record.headers().add(new RecordHeader(attribute.name(), attribute.value())));
            forward.forward(record, PipelineTopology.REKEY_DEAD_LETTERS);
            return;
        }
        forward.recordMetadata().ifPresent(source -> SourceHeaders.keep(record.headers(), source, record.key()));
        forward.forward(record.withKey(event.device()), PipelineTopology.KEYED);
    }
}
