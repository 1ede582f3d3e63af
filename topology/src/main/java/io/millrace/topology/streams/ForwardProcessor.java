package io.millrace.topology.streams;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Forwards what it is given: a child with a name of ours, in front of nodes whose names are Kafka Streams' own. */
final class ForwardProcessor extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> record) {
        context().forward(record);
    }
}
