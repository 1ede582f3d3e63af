package io.millrace.topology.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.ingest.RawEvent;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Where a record first came from. A repartition topic gives it new coordinates; a header keeps the old ones, so
 * that predictions and dead letters still name the source.
 */
final class SourceHeaders {
    private static final String KEY = "millrace-source";
    static final String REPARTITION_SUFFIX = "-repartition"; // as Kafka Streams names such topics

    private SourceHeaders() {}

    /** Remembers the coordinates of a record that is about to be repartitioned. */
    static void keep(Headers headers, RecordMetadata source) {
        String coordinates = source.partition() + "/" + source.offset() + "/" + source.topic();
        headers.add(KEY, coordinates.getBytes(UTF_8));
    }

    /** A polled record. */
    static RawEvent rawEvent(ConsumerRecord<byte[], byte[]> record) {
        return rawEvent(
                record.headers(),
                new RawEvent(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        record.key(),
                        record.value()));
    }

    /** A record that comes without a reference to its poll; from nowhere, if a punctuator made it. */
    static RawEvent rawEvent(Record<?, byte[]> record, Optional<RecordMetadata> metadata) {
        byte[] key = record.key() instanceof byte[] bytes ? bytes : null;
        return rawEvent(
                record.headers(),
                new RawEvent(
                        metadata.map(RecordMetadata::topic).orElse(""),
                        metadata.map(RecordMetadata::partition).orElse(-1),
                        metadata.map(RecordMetadata::offset).orElse(-1L),
                        record.timestamp(),
                        key,
                        record.value()));
    }

    /** The record with its first coordinates, where {@link #keep} has remembered them. */
    private static RawEvent rawEvent(Headers headers, RawEvent raw) {
        if (!raw.topic().endsWith(REPARTITION_SUFFIX)) {
            return raw; // whoever else writes such a header is not to be believed
        }
        Header kept = headers.lastHeader(KEY);
        if (kept == null) {
            return raw;
        }
        String[] source = new String(kept.value(), UTF_8).split("/", 3);
        return new RawEvent(
                source[2],
                Integer.parseInt(source[0]),
                Long.parseLong(source[1]),
                raw.timestampMs(),
                raw.key(),
                raw.value());
    }
}
