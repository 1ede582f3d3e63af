package io.millrace.topology.streams;

import io.millrace.topology.features.DeviceState;
import io.millrace.topology.features.StateLayout;
import io.millrace.topology.score.StatefulScorer.Step;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
 * The devices' states of one task: a changelogged store, and in front of it the states of the devices seen last.
 *
 * <p>The store has one entry for each event that a device's state still holds, under the device and the event's
 * slot in the ring; so that processing an event writes one small entry, however long the windows are. A device
 * that is not in memory is read with one range scan. What is in memory never differs from the store but by being
 * read already, and may be forgotten at any time.
 *
 * <p>Not thread-safe: a task has one.
 */
final class DeviceStates {
    /** Most bytes of states that one task keeps in memory. */
    static final long MEMORY_BYTES = 64L << 20;

    private static final int LAST_SLOT = 0xffff;

    private final String storeName;
    private final StateLayout layout;
    private final Map<ByteBuffer, DeviceState> inMemory;
    private @Nullable KeyValueStore<Bytes, byte[]> store;

    /** @param memoryBytes most bytes of states kept in memory, but for a few devices at least */
    DeviceStates(String storeName, StateLayout layout, long memoryBytes) {
        this.storeName = storeName;
        this.layout = layout;
        long most = Math.max(16, memoryBytes / layout.heapBytes());
        inMemory = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, DeviceState> eldest) {
                return size() > most;
            }
        };
    }

    /** Starts from what the store has; also when it was put back to an earlier time under an open task. */
    void open(ProcessorContext<?, ?> context) {
        inMemory.clear();
        store = context.getStateStore(storeName);
    }

    /** The device's state as of the last record processed. */
    DeviceState of(byte[] device) {
        return inMemory.computeIfAbsent(ByteBuffer.wrap(device), key -> read(device));
    }

    private DeviceState read(byte[] device) {
        List<Bytes> keys = new ArrayList<>();
        List<byte[]> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> slots = store().range(key(device, 0), key(device, LAST_SLOT))) {
            while (slots.hasNext()) {
                KeyValue<Bytes, byte[]> slot = slots.next();
                keys.add(slot.key);
                entries.add(slot.value);
            }
        }
        DeviceState state = DeviceState.restore(layout, entries);
        if (state.count() == 0) {
            keys.forEach(store()::delete); // another layout's, which must not come back among this one's
        }
        return state;
    }

    /** Whether the device's state stands where the step took it to stand. */
    boolean satisfy(Step step) {
        return step.event() == null || step.assumes(of(step.device()));
    }

    /** Moves the device's state on by the record that is being processed. */
    void apply(Step step) {
        if (step.event() != null && step.accepted()) {
            byte[] device = step.device();
            DeviceState state = of(device);
            step.applyTo(state);
            store().put(key(device, state.latestSlot()), state.latestEntry());
        }
    }

    /** Forgets a device. */
    void remove(byte[] device) {
        inMemory.remove(ByteBuffer.wrap(device));
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> slots = store().range(key(device, 0), key(device, LAST_SLOT))) {
            slots.forEachRemaining(slot -> keys.add(slot.key));
        }
        keys.forEach(store()::delete);
    }

    /** Length, device, slot: the length keeps one device's slots from lying between another's. */
    private static Bytes key(byte[] device, int slot) {
        return Bytes.wrap(ByteBuffer.allocate(2 * Short.BYTES + device.length)
                .putShort((short) device.length)
                .put(device)
                .putShort((short) slot)
                .array());
    }

    private KeyValueStore<Bytes, byte[]> store() {
        return Objects.requireNonNull(store, "open() comes first");
    }
}
