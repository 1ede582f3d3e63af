package io.millrace.loadtest.verify;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads a per-device sequence number from a JSON value: for outputs that do not name their source's coordinates. */
final class SequenceInValue implements Position.Reader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonPointer pointer;
    private final long first;
    private final ToIntFunction<byte[]> devices;

    /** @param first the number of each device's first record */
    SequenceInValue(String pointer, long first, ToIntFunction<byte[]> devices) {
        this.pointer = JsonPointer.compile(pointer);
        this.first = first;
        this.devices = devices;
    }

    @Override
    public boolean read(ConsumerRecord<byte[], byte[]> record, Position into) {
        if (record.value() == null || record.key() == null) {
            return false;
        }
        try {
            JsonNode number = JSON.readTree(record.value()).at(pointer);
            long position = number.asLong() - first;
            into.set(devices.applyAsInt(record.key()), position);
            return number.isIntegralNumber() && position >= 0 && position < Integer.MAX_VALUE;
        } catch (IOException e) {
            return false; // counted by the caller
        }
    }
}
