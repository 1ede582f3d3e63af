package io.millrace.topology.features;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A device's past: the last {@link StateLayout#depth} events' values in a ring, how often watched sensors have
 * repeated themselves, and the recurrent model's hidden state.
 *
 * <p>Each accepted event changes one slot of the ring, and is stored as one entry that carries everything about
 * that event ({@link #latestEntry}); so what an event writes does not grow with the window. The entries together
 * are the state ({@link #restore}); the one with the highest count is the latest.
 *
 * <p>Not thread-safe.
 */
public final class DeviceState {
    /** The last event's time of a device that has had none. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private final StateLayout layout;
    private final double[] ring;
    private final int[] repeats;
    private final double[] hidden;
    private long count;
    private long lastTimeMs = NO_TIME;

    /** The state of a device never seen before. */
    public DeviceState(StateLayout layout) {
        this.layout = layout;
        ring = new double[layout.slots() * layout.fields().length];
        repeats = new int[layout.frozen().length];
        hidden = new double[layout.hidden()];
    }

    /** A copy that goes its own way. */
    public DeviceState copy() {
        DeviceState copy = new DeviceState(layout);
        System.arraycopy(ring, 0, copy.ring, 0, ring.length);
        System.arraycopy(repeats, 0, copy.repeats, 0, repeats.length);
        System.arraycopy(hidden, 0, copy.hidden, 0, hidden.length);
        copy.count = count;
        copy.lastTimeMs = lastTimeMs;
        return copy;
    }

    /** How many events were accepted so far. */
    public long count() {
        return count;
    }

    /** Event time of the last accepted event, epoch milliseconds; {@link #NO_TIME} before the first. */
    public long lastTimeMs() {
        return lastTimeMs;
    }

    /**
     * A value of the past.
     *
     * @param field index into {@link StateLayout#fields}
     * @param eventsAgo 1 for the last accepted event; at most the depth and the count
     */
    public double back(int field, int eventsAgo) {
        int slot = (int) ((count - eventsAgo) % layout.slots());
        return ring[slot * layout.fields().length + field];
    }

    /** How many accepted events in a row, the last included, have had the last one's value. */
    public int repeats(int watched) {
        return repeats[watched];
    }

    /** The recurrent model's hidden state; the live array, zeros at first. */
    public double[] hidden() {
        return hidden;
    }

    /** Takes an event in: it is the last one from now on. */
    public void accept(double[] values, long timeMs) {
        int[] fields = layout.fields();
        for (int watched = 0; watched < repeats.length; watched++) {
            int field = layout.frozen()[watched];
            boolean same = count > 0 && back(field, 1) == values[fields[field]];
            repeats[watched] = same ? repeats[watched] + 1 : 1;
        }
        int at = slot(count) * fields.length;
        for (int field = 0; field < fields.length; field++) {
            ring[at + field] = values[fields[field]];
        }
        count++;
        lastTimeMs = timeMs;
    }

    /** The slot that the last accepted event was put in. */
    public int latestSlot() {
        return slot(count - 1);
    }

    /** All about the last accepted event, to be stored under {@link #latestSlot}. */
    public byte[] latestEntry() {
        ByteBuffer entry = ByteBuffer.allocate(layout.entryBytes());
        entry.putInt(layout.fingerprint()).putLong(count).putLong(lastTimeMs);
        for (int repeat : repeats) {
            entry.putInt(repeat);
        }
        int width = layout.fields().length;
        for (int i = latestSlot() * width, end = i + width; i < end; i++) {
            entry.putDouble(ring[i]);
        }
        for (double value : hidden) {
            entry.putDouble(value);
        }
        return entry.array();
    }

    /**
     * The state that the stored entries add up to. Entries of another layout are passed over, so that a pipeline
     * whose features have changed starts a device's past anew instead of misreading it; and so does one whose
     * entries have gaps, as another layout leaves them behind in the slots that both use.
     */
    public static DeviceState restore(StateLayout layout, Collection<byte[]> entries) {
        DeviceState state = new DeviceState(layout);
        List<ByteBuffer> oldestFirst = entries.stream()
                .filter(entry -> entry.length == layout.entryBytes())
                .map(ByteBuffer::wrap)
                .filter(entry -> entry.getInt() == layout.fingerprint())
                .sorted(Comparator.comparingLong(entry -> entry.getLong(entry.position())))
                .toList();
        long first = oldestFirst.isEmpty() ? 1 : oldestFirst.get(0).getLong(Integer.BYTES);
        for (ByteBuffer entry : oldestFirst) {
            state.take(entry);
        }
        boolean complete =
                first == Math.max(1, state.count - layout.slots() + 1) && oldestFirst.size() == state.count - first + 1;
        return complete ? state : new DeviceState(layout);
    }

    private void take(ByteBuffer entry) {
        count = entry.getLong();
        lastTimeMs = entry.getLong();
        for (int watched = 0; watched < repeats.length; watched++) {
            repeats[watched] = entry.getInt();
        }
        int width = layout.fields().length;
        for (int i = latestSlot() * width, end = i + width; i < end; i++) {
            ring[i] = entry.getDouble();
        }
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = entry.getDouble();
        }
    }

    private int slot(long event) {
        return (int) (event % layout.slots());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceState that
                && count == that.count
                && lastTimeMs == that.lastTimeMs
                && Arrays.equals(ring, that.ring)
                && Arrays.equals(repeats, that.repeats)
                && Arrays.equals(hidden, that.hidden);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(count * 31 + lastTimeMs);
    }
}
