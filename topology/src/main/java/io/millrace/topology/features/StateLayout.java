package io.millrace.topology.features;

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

    /** Bytes of one stored entry: what one event adds to the changelog, without its key. */
    public int entryBytes() {
        return Long.BYTES * 2 + Integer.BYTES * (1 + frozen.length) + Double.BYTES * (fields.length + hidden);
    }

    /** Bytes that one device's state takes on the heap, roughly. */
    public int heapBytes() {
        return 128 + Double.BYTES * (fields.length * slots() + hidden) + Integer.BYTES * frozen.length;
    }
}
