package io.millrace.topology.streams;

import io.millrace.topology.features.DeviceState;
import io.millrace.topology.score.StatefulScorer.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The devices' states of one task, over a changelogged store that has one entry for each turn in which a device had
 * events, under the device and its last event's slot in the ring; so that what an event writes does not grow with the
 * windows, and several events of a device that have their turn together cost one record of the changelog.
 *
 * <p>States move on record by record, and are written once the turn's records have all been seen, before the turn ends:
 * Kafka Streams commits between turns only.
 *
 * <p>Not thread-safe: a task has one.
 */
abstract sealed class DeviceStates permits StatesInMemory, StatesOnDisk {
    private final String storeName;
    private final List<Moved> moved = new ArrayList<>();
    private @Nullable KeyValueStore<Bytes, byte[]> store;

    /** A device whose state has moved on since it was written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Moved(byte[] device, DeviceState state) {}

    DeviceStates(String storeName) {
        this.storeName = storeName;
    }

    /** Starts from what the store has; also when it was put back to an earlier time under an open task. */
    final void open(ProcessorContext<?, ?> context) {
        moved.clear();
        store = context.getStateStore(storeName);
        opened();
    }

    /** The store is there, and may be another than before. */
    abstract void opened();

    /** The device's state as of the last record seen. */
    abstract DeviceState of(byte[] device);

    /** Forgets a device; not within a turn. */
    abstract void remove(byte[] device);

    /** Whether the device's state stands where the step took it to stand. */
    final boolean satisfy(Step step) {
        return step.event() == null || step.assumes(of(step.device()));
    }

    /** Moves the device's state on by the record whose turn it is. */
    final void apply(Step step) {
        if (step.event() != null && step.accepted()) {
            byte[] device = step.device();
            DeviceState state = of(device);
            if (!state.hasUnwritten()) {
                moved.add(new Moved(device, state));
            }
            step.applyTo(state);
        }
    }

    /** Writes what has moved on. When the producer's buffer is full, that is tried again from where it stopped. */
    final void write() {
        moved.forEach(each -> write(each.device(), each.state()));
        moved.clear();
    }

    final void write(byte[] device, DeviceState state) {
        if (state.hasUnwritten()) {
            store().put(SlotKey.of(device, state.latestSlot()), state.entry());
            state.written();
        }
    }

    final KeyValueStore<Bytes, byte[]> store() {
        return Objects.requireNonNull(store, "open() comes first");
    }
}
