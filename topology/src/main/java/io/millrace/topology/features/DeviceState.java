package io.millrace.topology.features;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/**
 * A device's past: the last {@link StateLayout#depth} events' values in a ring, how often watched sensors have
 * repeated themselves, and the recurrent model's hidden state.
 *
 * <p>Each accepted event changes one slot of the ring. What was accepted since the last entry is stored as one more
 * ({@link #entry}), under the slot of its last event; so what an event writes does not grow with the window, and an
 * entry is only replaced when the window has passed all of its events. The entries together are the state ({@link
 * #restore}, {@link #take}); the one with the highest count is the latest.
 *
 * <p>Not thread-safe.
 */
public final class DeviceState {
    /** The last event's time of a device that has had none. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final double[] NO_NUMBERS = {};
    private static final int[] NO_REPEATS = {};

    private final StateLayout layout;
    private final int width;
    private final int slots;
    private final double[] ring;
    private final int[] repeats;
    private final double[] hidden;
    private long count;
    private long lastTimeMs = NO_TIME;
    private int next; // slot of the next event: (count mod slots), which is costly to work out for each number
    private int held; // of the last events, so many are in the ring
    private int unwritten; // of these, so many are in no entry yet

    /** The state of a device never seen before. */
    public DeviceState(StateLayout layout) {
        this.layout = layout;
        width = layout.fields().length;
        slots = layout.slots();
        ring = numbers(slots * width);
        repeats = layout.frozen().length == 0 ? NO_REPEATS : new int[layout.frozen().length];
        hidden = numbers(layout.hidden());
    }

    private static double[] numbers(int count) {
        return count == 0 ? NO_NUMBERS : new double[count];
    }

    /** A copy that goes its own way. */
    public DeviceState copy() {
        DeviceState copy = new DeviceState(layout);
        System.arraycopy(ring, 0, copy.ring, 0, ring.length);
        System.arraycopy(repeats, 0, copy.repeats, 0, repeats.length);
        System.arraycopy(hidden, 0, copy.hidden, 0, hidden.length);
        copy.count = count;
        copy.lastTimeMs = lastTimeMs;
        copy.next = next;
        copy.held = held;
        copy.unwritten = unwritten;
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
        int slot = next - eventsAgo;
        return ring[(slot < 0 ? slot + slots : slot) * width + field];
    }

    /** Copies the last events' kept values, {@code [events, fields]}, oldest first; there must be as many. */
    void copyLast(int events, double[] to) {
        int older = Math.max(0, events - next); // they lie at the ring's end
        System.arraycopy(ring, (slots - older) * width, to, 0, older * width);
        System.arraycopy(ring, (next - (events - older)) * width, to, older * width, (events - older) * width);
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
        int at = next * width;
        for (int field = 0; field < fields.length; field++) {
            ring[at + field] = values[fields[field]];
        }
        count++;
        next = next + 1 == slots ? 0 : next + 1;
        lastTimeMs = timeMs;
        held = Math.min(held + 1, slots);
        unwritten = Math.min(unwritten + 1, slots);
    }

    /** Whether there are accepted events that no entry tells of. */
    public boolean hasUnwritten() {
        return unwritten > 0;
    }

    /** Says that {@link #entry} was stored. */
    public void written() {
        unwritten = 0;
    }

    /** Whether nothing is missing among the events that the ring should hold. */
    public boolean isWhole() {
        return held == Math.min(count, slots);
    }

    /** The slot that the last accepted event was put in. */
    public int latestSlot() {
        return slot(count - 1);
    }

    /**
     * All about the events that no entry tells of yet, to be stored under {@link #latestSlot}: fingerprint, count, last
     * time, repeats, the events' values from the oldest on, hidden state.
     */
    public byte[] entry() {
        ByteBuffer entry = ByteBuffer.allocate(layout.entryBytes(unwritten));
        entry.putInt(layout.fingerprint()).putLong(count).putLong(lastTimeMs);
        for (int repeat : repeats) {
            entry.putInt(repeat);
        }
        for (long event = count - unwritten; event < count; event++) {
            for (int i = slot(event) * width, end = i + width; i < end; i++) {
                entry.putDouble(ring[i]);
            }
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
        entries.stream()
                .filter(layout::wrote)
                .sorted(Comparator.comparingLong(entry -> ByteBuffer.wrap(entry).getLong(Integer.BYTES)))
                .forEach(state::take);
        return state.isWhole() ? state : new DeviceState(layout);
    }

    /**
     * Takes in what a stored entry tells, which is the latest so far. One that does not follow on the others leaves a
     * gap: then the state is not whole ({@link #isWhole}) until as many events have followed as the ring holds.
     *
     * @param stored of this layout, see {@link StateLayout#wrote}
     */
    public void take(byte[] stored) {
        ByteBuffer entry = ByteBuffer.wrap(stored, Integer.BYTES, stored.length - Integer.BYTES);
        long last = entry.getLong();
        int events = layout.eventsIn(stored.length);
        boolean follows = last > count && last - events <= count;
        held = follows ? (int) Math.min(slots, held + last - count) : events;
        count = last;
        next = slot(count);
        lastTimeMs = entry.getLong();
        for (int watched = 0; watched < repeats.length; watched++) {
            repeats[watched] = entry.getInt();
        }
        for (long event = last - events; event < last; event++) {
            for (int i = slot(event) * width, end = i + width; i < end; i++) {
                ring[i] = entry.getDouble();
            }
        }
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = entry.getDouble();
        }
    }

    private int slot(long event) {
        return (int) (event % slots);
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
