package io.millrace.topology.streams;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a device beside its telemetry, on its way to the task that has the device's state.
 *
 * @param device the device id as UTF-8
 * @param twin the twin, or what of it has changed, as JSON; empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, and never compared
record News(Kind kind, byte[] device, byte[] twin) {
    /** The name of the topic on which it travels. */
    static final String TOPIC = "registry";

    private static final String SUFFIX = "-" + TOPIC + SourceHeaders.REPARTITION_SUFFIX;

    /** What is told. */
    enum Kind {
        /** The device is no more. */
        RETIRED('r'),
        /** This is its twin. */
        TWIN('t'),
        /** It has no twin any more. */
        TWIN_GONE('g'),
        /** These members of its twin have changed. */
        TWIN_CHANGED('c'),
        /** These parts of its twin were replaced. */
        TWIN_REPLACED('p');

        private final byte code;

        Kind(char code) {
            this.code = (byte) code;
        }

        private static Kind of(byte code) {
            return Arrays.stream(values())
                    .filter(kind -> kind.code == code)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "news of a device must be one of r, t, g, c, p, got: " + (char) code));
        }
    }

    /** What {@link #of} reads. */
    byte[] value() {
        return ByteBuffer.allocate(1 + twin.length).put(kind.code).put(twin).array();
    }

    /** The news that a record carries; {@code null} if it is telemetry. */
    static @Nullable News of(Record<byte[], byte[]> record, Optional<RecordMetadata> from) {
        boolean news = from.isPresent() && from.get().topic().endsWith(SUFFIX);
        byte[] value = record.value();
        return news ? new News(Kind.of(value[0]), record.key(), Arrays.copyOfRange(value, 1, value.length)) : null;
    }
}
