package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Forwards what each record has become by the time its turn comes: one result for one record, in order, with the
 * record's key, timestamp and headers. Reads values as bytes, since they were decoded ahead.
 *
 * <p>It stands directly behind its source (with a {@code ByteArraySerde} for the value): a record whose value was
 * changed on the way there is still scored, but by itself.
 *
 * @param <K> the key, which is handed through
 * @param <R> what a record becomes
 */
public final class ScoringProcessor<K, R> implements ProcessorSupplier<K, byte[], K, R> {
    private final LookAhead<R> lookAhead;

    public ScoringProcessor(LookAhead<R> lookAhead) {
        this.lookAhead = lookAhead;
    }

    @Override
    public Processor<K, byte[], K, R> get() {
        return new Processor<>() {
            private @Nullable ProcessorContext<K, R> context;

            @Override
            public void init(ProcessorContext<K, R> initialised) {
                context = initialised;
            }

            @Override
            public void process(Record<K, byte[]> record) {
                ProcessorContext<K, R> forward = java.util.Objects.requireNonNull(context);
                AheadRef<R> ref = lookAhead.take(record.headers(), record.value());
                RawEvent raw = ref != null ? ref.raw() : lookAhead.raw(record, forward.recordMetadata());
                forward.forward(record.withValue(lookAhead.result(ref, raw)));
            }
        };
    }
}
