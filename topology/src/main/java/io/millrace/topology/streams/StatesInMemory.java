package io.millrace.topology.streams;

import io.millrace.topology.features.DeviceState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** States that are in memory and nowhere else but in the changelog: the store has them already, as objects. */
final class StatesInMemory extends DeviceStates {
    private @Nullable MemoryStore memory;

    StatesInMemory(String storeName) {
        super(storeName);
    }

    @Override
    void opened() {
        memory = MemoryStore.behind(store());
    }

    /** One never seen, or of which there are entries that do not add up to a state, begins. */
    @Override
    DeviceState of(byte[] device) {
        DeviceState state = memory().find(device);
        if (state == null) {
            remove(device);
            state = memory().begin(device);
        }
        return state;
    }

    @Override
    void remove(byte[] device) {
        memory().slots(device).forEach(slot -> store().delete(SlotKey.of(device, slot)));
        memory().remove(device);
    }

    private MemoryStore memory() {
        return Objects.requireNonNull(memory, "open() comes first");
    }
}
