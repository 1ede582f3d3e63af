package io.millrace.topology.streams;

import io.millrace.topology.features.DeviceState;
import io.millrace.topology.features.StateLayout;
import io.millrace.topology.key.DeviceId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * States in a store on disk, and in front of it those of the devices seen last. A device that is not in memory is read
 * with one range scan. What is in memory may be forgotten once it is written.
 */
final class StatesOnDisk extends DeviceStates {
    /** Most bytes of states that one task keeps in memory. */
    static final long MEMORY_BYTES = 64L << 20;

    private final StateLayout layout;
    private final Map<DeviceId, DeviceState> inMemory;

    /** @param memoryBytes most bytes of states kept in memory, but for a few devices at least */
    StatesOnDisk(String storeName, StateLayout layout, long memoryBytes) {
        super(storeName);
        this.layout = layout;
        long most = Math.max(16, memoryBytes / layout.heapBytes());
        inMemory = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<DeviceId, DeviceState> eldest) {
                if (size() <= most) {
                    return false;
                }
                write(eldest.getKey().utf8(), eldest.getValue());
                return true;
            }
        };
    }

    @Override
    void opened() {
        inMemory.clear();
    }

    @Override
    DeviceState of(byte[] device) {
        return inMemory.computeIfAbsent(new DeviceId(device), key -> read(device));
    }

    private DeviceState read(byte[] device) {
        List<KeyValue<Bytes, byte[]>> entries = entries(device);
        DeviceState state = DeviceState.restore(
                layout, entries.stream().map(entry -> entry.value).toList());
        if (state.count() == 0) {
            delete(entries); // another layout's, which must not come back among this one's
        }
        return state;
    }

    @Override
    void remove(byte[] device) {
        inMemory.remove(new DeviceId(device));
        delete(entries(device));
    }

    private List<KeyValue<Bytes, byte[]>> entries(byte[] device) {
        List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> slots =
                store().range(SlotKey.of(device, 0), SlotKey.of(device, SlotKey.LAST))) {
            slots.forEachRemaining(entries::add);
        }
        return entries;
    }

    private void delete(List<KeyValue<Bytes, byte[]>> entries) {
        entries.forEach(entry -> store().delete(entry.key));
    }
}
