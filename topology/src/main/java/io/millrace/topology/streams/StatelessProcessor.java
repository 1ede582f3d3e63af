package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Forwards what the records whose turn it is have become: each row came from its record alone. */
final class StatelessProcessor implements Processor<byte[], byte[], byte[], Turn> {
    private final LookAhead<Finished> lookAhead;
    private @Nullable ProcessorContext<byte[], Turn> context;

    StatelessProcessor(LookAhead<Finished> lookAhead) {
        this.lookAhead = lookAhead;
    }

    @Override
    public void init(ProcessorContext<byte[], Turn> initialised) {
        context = initialised;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        ProcessorContext<byte[], Turn> forward = Objects.requireNonNull(context);
        AheadRef<Finished> ref = lookAhead.take(record.headers(), record.value());
        Turn turn;
        if (ref == null) {
            News news = News.of(record, forward.recordMetadata());
            if (news != null) {
                forward.forward(record.withValue(new Turn(news)));
                return;
            }
            RawEvent raw = lookAhead.raw(record, forward.recordMetadata());
            turn = new Turn(List.of(record.headers()));
            turn.finish(lookAhead.result(null, raw));
        } else {
            turn = ref.turn();
            if (turn.finished() == 0) {
                turn.finish(lookAhead.results(ref));
            }
        }
        forward.forward(record.withValue(turn));
        lookAhead.processed(turn.finished());
    }
}
