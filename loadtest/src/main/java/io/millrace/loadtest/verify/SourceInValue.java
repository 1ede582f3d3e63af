package io.millrace.loadtest.verify;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads {@code "source":{"topic":"…","partition":3,"offset":1234}} from a prediction or an alert without parsing the
 * rest, since the receiver shares its cores with what it measures. The text cannot occur inside a JSON string, where
 * quotes are escaped.
 */
final class SourceInValue implements Position.Reader {

    private static final byte[] SOURCE = ascii("\"source\":{");
    private static final byte[] PARTITION = ascii("\"partition\":");
    private static final byte[] OFFSET = ascii("\"offset\":");

    @Override
    public boolean read(ConsumerRecord<byte[], byte[]> record, Position into) {
        byte[] json = record.value();
        if (json == null) {
            return false;
        }
        int source = lastIndexOf(json, SOURCE);
        if (source < 0) {
            return false;
        }
        long partition = numberAfter(json, PARTITION, source);
        long offset = numberAfter(json, OFFSET, source);
        into.set((int) partition, offset);
        return partition >= 0 && offset >= 0;
    }

    private static long numberAfter(byte[] json, byte[] name, int from) {
        for (int i = from; i <= json.length - name.length; i++) {
            if (matches(json, i, name)) {
                return number(json, i + name.length);
            }
        }
        return -1;
    }

    private static long number(byte[] json, int from) {
        long number = 0;
        int i = from;
        while (i < json.length && json[i] >= '0' && json[i] <= '9') {
            number = number * 10 + (json[i++] - '0');
        }
        return i == from ? -1 : number;
    }

    private static int lastIndexOf(byte[] json, byte[] text) {
        for (int i = json.length - text.length; i >= 0; i--) {
            if (matches(json, i, text)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] json, int at, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (json[at + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
