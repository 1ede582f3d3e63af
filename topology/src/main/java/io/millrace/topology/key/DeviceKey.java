package io.millrace.topology.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.decode.Decoded;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Names the device of an event: by a field that the decoder has read, or by the record's key. */
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
            byte[] key = raw.key();
            if (key == null || key.length == 0) {
                return new Rejected("key", Reason.NO_DEVICE, null, "the record's key must name the device, got none");
            }
            if (key.length > MAX_BYTES) {
                return new Rejected(
                        "key",
                        Reason.NO_DEVICE,
                        null,
                        "the record's key must have at most " + MAX_BYTES + " bytes, got: " + key.length);
            }
            if (!isUtf8(key)) {
                return new Rejected("key", Reason.NO_DEVICE, null, "the record's key must be UTF-8, got other bytes");
            }
            event.setDevice(key);
            return event;
        }
    };

    /** The longest device id, in bytes of UTF-8. */
    public static final int MAX_BYTES = 256;

    private static boolean isUtf8(byte[] key) {
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
