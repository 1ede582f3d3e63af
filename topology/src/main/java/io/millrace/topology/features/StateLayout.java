package io.millrace.topology.features;

import java.nio.ByteBuffer;

/**
 * What is kept of a device's past, fixed by the features that ask for it.
 *
 * @param fields the event's fields whose values are kept
 * @param depth how many events are kept
 * @param frozen which of {@code fields} (as indices into it) are watched for a frozen sensor
 * @param hidden how many numbers of recurrent model state are kept
 * @param fingerprint changes when any of the above does, or a field's name: what was stored under another
 *     layout is not read
 */
@SuppressWarnings("ArrayRecordComponent") // made once at start-up, and never compared
public record StateLayout(int[] fields, int depth, int[] frozen, int hidden, int fingerprint) {

    /** Slots of the store that a device takes: one per event kept, and at least one. */
    public int slots() {
        return Math.max(1, depth);
    }

    /** Bytes of a stored entry that tells of so many events: what they add to the changelog, without its key. */
    public int entryBytes(int events) {
        return Long.BYTES * 2 + Integer.BYTES * (1 + frozen.length) + Double.BYTES * (fields.length * events + hidden);
    }

    /** How many events an entry of so many bytes tells of; 0 if there is none such. */
    int eventsIn(int bytes) {
        int rest = bytes - entryBytes(0);
        int width = Double.BYTES * fields.length;
        if (width == 0) {
            return rest == 0 ? 1 : 0;
        }
        return rest > 0 && rest % width == 0 && rest / width <= slots() ? rest / width : 0;
    }

    /** Whether a stored entry is of this layout. */
    public boolean wrote(byte[] entry) {
        return eventsIn(entry.length) > 0 && ByteBuffer.wrap(entry).getInt() == fingerprint;
    }

    /** Bytes that one device takes on the heap: its state, its id of some 16 bytes, its place in a map. */
    public int heapBytes() {
        return 168
                + array(Double.BYTES * fields.length * slots())
                + array(Double.BYTES * hidden)
                + array(Integer.BYTES * frozen.length);
    }

    private static int array(int bytes) {
        return bytes == 0 ? 0 : 16 + bytes;
    }
}
