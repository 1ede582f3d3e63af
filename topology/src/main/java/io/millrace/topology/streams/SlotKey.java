package io.millrace.topology.streams;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/**
 * The key of one entry of a device in a store: length, device, slot. The length keeps one device's slots from lying
 * between another's, so that they are one range.
 */
final class SlotKey {
    /** The last slot that there can be. */
    static final int LAST = 0xffff;

    private SlotKey() {}

    static Bytes of(byte[] device, int slot) {
        return Bytes.wrap(ByteBuffer.allocate(2 * Short.BYTES + device.length)
                .putShort((short) device.length)
                .put(device)
                .putShort((short) slot)
                .array());
    }

    static byte[] device(byte[] key) {
        return Arrays.copyOfRange(key, Short.BYTES, key.length - Short.BYTES);
    }

    static int slot(byte[] key) {
        return Short.toUnsignedInt(ByteBuffer.wrap(key).getShort(key.length - Short.BYTES));
    }
}
