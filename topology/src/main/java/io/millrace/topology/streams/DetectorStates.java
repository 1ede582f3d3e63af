package io.millrace.topology.streams;

import io.millrace.topology.detect.DetectPlan;
import io.millrace.topology.detect.DeviceDetectors;
import io.millrace.topology.detect.Strictness;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What the detectors of one task remember: a changelogged store, and in front of it the devices seen last.
 *
 * <p>A detector's state has some kilobytes, an event some bytes. So the store has, for a device, a snapshot and the
 * events since: an event is written as one small entry in a ring of slots, and each time the ring is full, the whole
 * state once. A device that is not in memory is read with one range scan, and the events behind the snapshot are
 * replayed, which gives the very same state. A snapshot costs an event on average as much as its entry does.
 *
 * <p>Under a key that no device has, it keeps how strict each detector's budget has made it.
 *
 * <p>Not thread-safe: a task has one.
 */
final class DetectorStates {
    /** Most bytes of states that one task keeps in memory. */
    static final long MEMORY_BYTES = 64L << 20;

    private static final int FEWEST_SLOTS = 64;
    private static final int MOST_SLOTS = 4096;
    private static final int SNAPSHOT = SlotKey.LAST;
    private static final byte[] BUDGETS = {};

    private final String storeName;
    private final DetectPlan plan;
    private final int slots;
    private final int entryBytes;
    private final int stateBytes;
    private final Map<ByteBuffer, DeviceDetectors> inMemory;
    private @Nullable KeyValueStore<Bytes, byte[]> store;

    DetectorStates(String storeName, DetectPlan plan, long memoryBytes) {
        this.storeName = storeName;
        this.plan = plan;
        stateBytes = plan.newDevice().stateBytes();
        entryBytes = Integer.BYTES + 3 * Long.BYTES + plan.signals().size() * Double.BYTES;
        slots = Math.max(FEWEST_SLOTS, Math.min(MOST_SLOTS, stateBytes / entryBytes));
        long most = Math.max(16, memoryBytes / (stateBytes + 512L));
        inMemory = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, DeviceDetectors> eldest) {
                return size() > most;
            }
        };
    }

    /** Starts from what the store has; also when it was put back to an earlier time under an open task. */
    void open(ProcessorContext<?, ?> context) {
        inMemory.clear();
        store = context.getStateStore(storeName);
    }

    /** The device's detectors as of the last record processed. */
    DeviceDetectors of(byte[] device) {
        return inMemory.computeIfAbsent(ByteBuffer.wrap(device), key -> read(device));
    }

    /** Writes what the last event has changed. */
    void put(byte[] device, DeviceDetectors state, double[] signals, long timeMs) {
        int slot = (int) (state.events() % slots);
        ByteBuffer entry = ByteBuffer.allocate(entryBytes);
        entry.putInt(plan.fingerprint()).putLong(state.events()).putLong(timeMs).putLong(state.told());
        for (double signal : signals) {
            entry.putDouble(signal);
        }
        store().put(SlotKey.of(device, slot), entry.array());
        if (slot == 0) {
            ByteBuffer snapshot =
                    ByteBuffer.allocate(Integer.BYTES + stateBytes).putInt(plan.fingerprint());
            state.write(snapshot);
            store().put(SlotKey.of(device, SNAPSHOT), Arrays.copyOf(snapshot.array(), snapshot.position()));
        }
    }

    /** Forgets a device. */
    void remove(byte[] device) {
        inMemory.remove(ByteBuffer.wrap(device));
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found =
                store().range(SlotKey.of(device, 0), SlotKey.of(device, SNAPSHOT))) {
            found.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(store()::delete);
    }

    private DeviceDetectors read(byte[] device) {
        DeviceDetectors state = plan.newDevice();
        List<ByteBuffer> events = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> found =
                store().range(SlotKey.of(device, 0), SlotKey.of(device, SNAPSHOT))) {
            while (found.hasNext()) {
                KeyValue<Bytes, byte[]> entry = found.next();
                ByteBuffer value = ByteBuffer.wrap(entry.value);
                if (value.getInt() != plan.fingerprint()) {
                    continue; // of other detectors, whose past is none of these ones'
                }
                if (entry.key.equals(SlotKey.of(device, SNAPSHOT))) {
                    state.read(value);
                } else {
                    events.add(value);
                }
            }
        }
        replay(events, state);
        return state;
    }

    /** Entries before the snapshot are in it; one that does not follow belongs to an older layout's round. */
    private void replay(List<ByteBuffer> events, DeviceDetectors state) {
        events.sort((a, b) -> Long.compare(a.getLong(Integer.BYTES), b.getLong(Integer.BYTES)));
        double[] signals = new double[plan.signals().size()];
        for (ByteBuffer event : events) {
            if (event.getLong() != state.events() + 1) {
                continue;
            }
            long timeMs = event.getLong();
            long told = event.getLong();
            for (int i = 0; i < signals.length; i++) {
                signals[i] = event.getDouble();
            }
            state.replay(signals, timeMs, told);
        }
    }

    /** How strict each detector is, in the plan's order. */
    Strictness[] readBudgets() {
        Strictness[] all = new Strictness[plan.detectors().size()];
        for (int i = 0; i < all.length; i++) {
            byte[] stored = store().get(SlotKey.of(BUDGETS, i));
            boolean known = stored != null && ByteBuffer.wrap(stored).getInt() == plan.fingerprint();
            all[i] = known ? new Strictness(ByteBuffer.wrap(stored).getDouble(Integer.BYTES)) : Strictness.NONE;
        }
        return all;
    }

    void putBudget(int detector, Strictness strictness) {
        ByteBuffer value = ByteBuffer.allocate(Integer.BYTES + Double.BYTES);
        value.putInt(plan.fingerprint()).putDouble(strictness.log());
        store().put(SlotKey.of(BUDGETS, detector), value.array());
    }

    private KeyValueStore<Bytes, byte[]> store() {
        return Objects.requireNonNull(store, "open() comes first");
    }
}
