package io.millrace.loadtest.verify;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Reads a dead letter's coordinates from its {@code millrace-partition} and {@code millrace-offset} headers. */
final class SourceInHeaders implements Position.Reader {

    @Override
    public boolean read(ConsumerRecord<byte[], byte[]> record, Position into) {
        Header partition = record.headers().lastHeader("millrace-partition");
        Header offset = record.headers().lastHeader("millrace-offset");
        if (partition == null || offset == null) {
            return false;
        }
        try {
            into.set((int) number(partition), number(offset));
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static long number(Header header) {
        return Long.parseLong(new String(header.value(), StandardCharsets.UTF_8));
    }
}
