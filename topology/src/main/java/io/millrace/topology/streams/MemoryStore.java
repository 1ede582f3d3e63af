package io.millrace.topology.streams;

import io.millrace.topology.features.DeviceState;
import io.millrace.topology.features.StateLayout;
import io.millrace.topology.key.DeviceId;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The device states of one task in memory. For Kafka Streams, which puts its changelogging in front of it, it is a
 * key-value store of entries ({@link DeviceState#entry}, under {@link SlotKey}). But it keeps what the entries add up to,
 * one {@link DeviceState} for each device, as the processor needs it: nothing is stored twice or read back from bytes.
 *
 * <p>The processor moves the states themselves on, and then puts an entry. That only tells the changelog; the state has it
 * already. An entry that is restored, at the start or on a standby, moves its device's state on. The changelog is read in
 * the order in which it was written, so the latest entry of a device is the last that comes.
 *
 * <p>Entries of another layout are remembered by their slots, and a device of which there are some begins anew, after
 * they were deleted from the changelog; else a pipeline that went to other features and back would find old ones.
 *
 * <p>Not thread-safe. Kafka Streams restores before it processes, never at the same time.
 */
final class MemoryStore implements KeyValueStore<Bytes, byte[]> {
    private final String name;
    private final StateLayout layout;
    private final HeapShare heap;
    private final Map<DeviceId, DeviceState> states = new HashMap<>();
    private final Map<DeviceId, BitSet> misfits = new HashMap<>();
    private final Position position = Position.emptyPosition();
    private boolean open;

    MemoryStore(String name, StateLayout layout, HeapShare heap) {
        this.name = name;
        this.layout = layout;
        this.heap = heap;
    }

    static KeyValueBytesStoreSupplier supplier(String name, StateLayout layout, HeapShare heap) {
        return new KeyValueBytesStoreSupplier() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public KeyValueStore<Bytes, byte[]> get() {
                return new MemoryStore(name, layout, heap);
            }

            @Override
            public String metricsScope() {
                return "in-memory";
            }
        };
    }

    /** The query that every store in front hands on: it answers with the store itself. */
    private static final class Itself implements Query<MemoryStore> {}

    /** The store behind what Kafka Streams has put in front of it. */
    static MemoryStore behind(KeyValueStore<Bytes, byte[]> store) {
        return store.query(new Itself(), PositionBound.unbounded(), new QueryConfig(false))
                .getResult();
    }

    @Override
    @SuppressWarnings("unchecked") // the query's result is of this class
    public <R> QueryResult<R> query(Query<R> query, PositionBound positionBound, QueryConfig config) {
        return query instanceof Itself ? QueryResult.forResult((R) this) : QueryResult.forUnknownQueryType(query, this);
    }

    /** The device's state, to be moved on; none if it has yet to {@link #begin}. */
    @Nullable
    DeviceState find(byte[] device) {
        DeviceState state = states.get(new DeviceId(device));
        return state != null && state.isWhole() ? state : null;
    }

    /** All slots of the device that the changelog may have entries in. */
    List<Integer> slots(byte[] device) {
        DeviceId id = new DeviceId(device);
        DeviceState state = states.get(id);
        int used = state == null ? 0 : (int) Math.min(state.count(), layout.slots());
        BitSet slots = misfits.getOrDefault(id, new BitSet());
        return IntStream.concat(slots.stream(), IntStream.range(0, used))
                .distinct()
                .boxed()
                .toList();
    }

    void remove(byte[] device) {
        DeviceId id = new DeviceId(device);
        misfits.remove(id);
        forget(id);
    }

    /** Begins the state of a device that has none. */
    DeviceState begin(byte[] device) {
        return add(new DeviceId(device));
    }

    private DeviceState add(DeviceId id) {
        heap.take(layout.heapBytes());
        DeviceState state = new DeviceState(layout);
        states.put(id, state);
        return state;
    }

    private void forget(DeviceId id) {
        if (states.remove(id) != null) {
            heap.giveBack(layout.heapBytes());
        }
    }

    void restore(byte[] key, byte @Nullable [] entry) {
        DeviceId id = new DeviceId(SlotKey.device(key));
        int slot = SlotKey.slot(key);
        if (entry != null && layout.wrote(entry)) {
            fit(id, slot);
            DeviceState state = states.get(id);
            (state == null ? add(id) : state).take(entry);
            return;
        }
        forget(id); // deletions and other layouts come where a past ends
        if (entry == null) {
            fit(id, slot);
        } else {
            misfits.computeIfAbsent(id, device -> new BitSet()).set(slot);
        }
    }

    private void fit(DeviceId id, int slot) {
        BitSet slots = misfits.isEmpty() ? null : misfits.get(id);
        if (slots != null) {
            slots.clear(slot);
            if (slots.isEmpty()) {
                misfits.remove(id);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, this::restore);
        open = true;
    }

    @Override
    public void close() {
        open = false;
        heap.giveBack((long) states.size() * layout.heapBytes());
        states.clear();
        misfits.clear();
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Position getPosition() {
        return position;
    }

    /** Devices. */
    @Override
    public long approximateNumEntries() {
        return states.size();
    }

    /** For the changelog only: the state has it already. */
    @Override
    public void put(Bytes key, byte[] entry) {}

    /** For the changelog only. */
    @Override
    public byte @Nullable [] delete(Bytes key) {
        return null;
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
        throw notOneByOne();
    }

    @Override
    public byte[] putIfAbsent(Bytes key, byte[] entry) {
        throw notOneByOne();
    }

    @Override
    public byte[] get(Bytes key) {
        throw notOneByOne();
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
        throw notOneByOne();
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        throw notOneByOne();
    }

    private static UnsupportedOperationException notOneByOne() {
        return new UnsupportedOperationException("states in memory are kept whole, not as entries");
    }
}
