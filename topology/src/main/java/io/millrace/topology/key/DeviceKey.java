package io.millrace.topology.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Names the device of an event: by a field that the decoder has read, by the record's key, or by a header. */
public enum DeviceKey {
    /** The decoder has put the device into the event, or rejected it. */
    FIELD {
        @Override
        public Decoded resolve(RawEvent raw, Event event) {
            return event;
        }
    },
    /** The record's key is the device id: the source is partitioned by it already. */
    RECORD_KEY {
        @Override
        public Decoded resolve(RawEvent raw, Event event) {
            return named("key", raw.key(), event);
        }
    },
    /** A header has the device id. */
    HEADER {
        @Override
        public Decoded resolve(RawEvent raw, Event event) {
            return named("header", raw.device(), event);
        }
    };

    /** The longest device id, in bytes of UTF-8. */
    public static final int MAX_BYTES = 256;

    private static Decoded named(String by, byte @Nullable [] id, Event event) {
        if (id == null || id.length == 0) {
            return refuse(by, "must name the device, got none");
        }
        if (id.length > MAX_BYTES) {
            return refuse(by, "must have at most " + MAX_BYTES + " bytes, got: " + id.length);
        }
        if (!isUtf8(id)) {
            return refuse(by, "must be UTF-8, got other bytes");
        }
        event.setDevice(id);
        return event;
    }

    private static Rejected refuse(String by, String detail) {
        return new Rejected("key", Reason.NO_DEVICE, null, "the record's " + by + ' ' + detail);
    }

    static boolean isUtf8(byte[] key) {
        for (byte b : key) {
            if (b < 0) {
                try {
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(key));
                    return true;
                } catch (CharacterCodingException e) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns the event with its device set, or why it has none. */
    public abstract Decoded resolve(RawEvent raw, Event event);
}
