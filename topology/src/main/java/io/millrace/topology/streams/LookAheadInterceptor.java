package io.millrace.topology.streams;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Shows each poll's records to the {@link LookAhead}. Kafka makes it, by name; see {@link LookAhead#attachTo}. */
public final class LookAheadInterceptor implements ConsumerInterceptor<byte[], byte[]> {
    private @Nullable LookAhead<?> lookAhead;

    @Override
    public void configure(Map<String, ?> properties) {
        lookAhead = (LookAhead<?>) properties.get(LookAhead.PROPERTY);
        if (lookAhead == null) {
            throw new IllegalArgumentException(
                    LookAhead.PROPERTY + " must hold a LookAhead, got none: call LookAhead.attachTo(properties)");
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        return lookAhead == null ? records : lookAhead.lookAt(records);
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
