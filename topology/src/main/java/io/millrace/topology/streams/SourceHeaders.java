package io.millrace.topology.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.key.AmqpText;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Where a record first came from. A repartition topic gives it new coordinates and a new key; a header keeps the
 * old ones, so that predictions and dead letters still name the source, and dead letters have its key.
 */
final class SourceHeaders {
    private static final String KEY = "millrace-source";
    static final String REPARTITION_SUFFIX = "-repartition"; // as Kafka Streams names such topics

    private SourceHeaders() {}

    /** Remembers the coordinates and the key of a record that is about to be repartitioned. */
    static void keep(Headers headers, RecordMetadata source, byte @Nullable [] key) {
        String coordinates = source.partition() + "/" + source.offset() + "/" + source.topic();
        byte[] place = (key == null ? coordinates : coordinates + '/').getBytes(UTF_8);
        ByteBuffer all = ByteBuffer.allocate(place.length + (key == null ? 0 : key.length))
                .put(place);
        headers.add(KEY, (key == null ? all : all.put(key)).array());
    }

    /** Removes what {@link #keep} has added, and nothing that came with the record. */
    static void forget(Headers headers) {
        List<Header> all = new ArrayList<>();
        headers.headers(KEY).forEach(all::add);
        headers.remove(KEY);
        all.stream().limit(Math.max(0, all.size() - 1)).forEach(headers::add);
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
        byte[] value = kept.value();
        int offset = after(value, 0);
        int topic = after(value, offset);
        int key = after(value, topic);
        boolean keyed = key <= value.length; // no topic's name has a slash
        return new RawEvent(
                text(value, topic, key - 1),
                Integer.parseInt(text(value, 0, offset - 1)),
                Long.parseLong(text(value, offset, topic - 1)),
                raw.timestampMs(),
                keyed ? Arrays.copyOfRange(value, key, value.length) : null,
                raw.value());
    }

    /** The record with what a header says of its device, where the pipeline goes by one. */
    static RawEvent named(@Nullable String header, RawEvent raw, Headers headers) {
        Header found = header == null ? null : headers.lastHeader(header);
        return found == null || found.value() == null
                ? raw
                : new RawEvent(
                        raw.topic(),
                        raw.partition(),
                        raw.offset(),
                        raw.timestampMs(),
                        raw.key(),
                        raw.value(),
                        AmqpText.decode(found.value()));
    }

    /** Where the next part begins: behind the next slash, or behind where one would be at the end. */
    private static int after(byte[] value, int from) {
        int at = from;
        while (at < value.length && value[at] != '/') {
            at++;
        }
        return at + 1;
    }

    private static String text(byte[] value, int from, int to) {
        return new String(value, from, to - from, UTF_8);
    }
}
