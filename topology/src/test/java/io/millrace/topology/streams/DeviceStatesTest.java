package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.features.DeviceState;
import io.millrace.topology.features.StateLayout;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.Outcome.Refused;
import io.millrace.topology.score.StatefulScorer.Step;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceStatesTest {
    private static final String STORE = "states";
    private static final StateLayout FOUR = layout(4, 1);
    private static final StateLayout SEVEN = layout(7, 2);
    private static final int DEVICES = 40;
    private static final Outcome OUTCOME = new Refused(new Rejected("a test", Reason.MODEL_FAILED, null, "of states"));

    private static StateLayout layout(int depth, int fingerprint) {
        return new StateLayout(new int[] {0, 1}, depth, new int[] {1}, 2, fingerprint);
    }

    private enum Kind {
        MEMORY,
        DISK
    }

    /** What a put or a deletion adds to the changelog. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Change(Bytes key, byte @Nullable [] entry) {}

    /** A task over a store that was restored from the changelog, and adds to it. */
    private static final class Task {
        private final DeviceStates states;

        Task(Kind kind, StateLayout layout, List<Change> changelog) {
            MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
            KeyValueStore<Bytes, byte[]> store;
            if (kind == Kind.MEMORY) {
                MemoryStore memory = new MemoryStore(STORE, layout, HeapShare.half());
                changelog.forEach(change -> memory.restore(change.key().get(), change.entry()));
                store = memory;
                states = new StatesInMemory(STORE);
            } else {
                store = Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
                        .withLoggingDisabled()
                        .build();
                store.init(context.getStateStoreContext(), store);
                changelog.forEach(change -> store.put(change.key(), change.entry()));
                states = new StatesOnDisk(STORE, layout, 0); // room for 16 devices
            }
            context.addStateStore(logged(store, changelog));
            states.open(context);
        }

        void event(byte[] device, double value, double hidden) {
            Event event = new Event(2);
            event.setDevice(device);
            event.setValue(0, value);
            event.setTimeMs((long) (1000 * value));
            states.apply(new Step(OUTCOME, event, states.of(device).count(), true, new double[] {hidden, -hidden}));
        }
    }

    /** As Kafka Streams does it: what is put is logged. */
    @SuppressWarnings("unchecked")
    private static KeyValueStore<Bytes, byte[]> logged(KeyValueStore<Bytes, byte[]> store, List<Change> changelog) {
        return (KeyValueStore<Bytes, byte[]>) Proxy.newProxyInstance(
                DeviceStatesTest.class.getClassLoader(),
                new Class<?>[] {KeyValueStore.class},
                (proxy, method, args) -> {
                    switch (method.getName()) {
                        case "put" -> changelog.add(new Change((Bytes) args[0], (byte[]) args[1]));
                        case "delete" -> changelog.add(new Change((Bytes) args[0], null));
                        default -> {}
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** As a broker does it, up to a point: of each key the latest is left, and deletions vanish in the end. */
    private static void compact(List<Change> changelog, Random random) {
        int to = random.nextInt(changelog.size() + 1);
        Set<Bytes> later = new HashSet<>();
        for (int i = changelog.size() - 1; i >= 0; i--) {
            Change change = changelog.get(i);
            if (i < to && (later.contains(change.key()) || (change.entry() == null && random.nextBoolean()))) {
                changelog.remove(i);
            }
            later.add(change.key());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void areWhatTheEventsHaveMadeOfThemWhoeverRestoresThemFromACompactedChangelog(long seed) {
        Random random = new Random(seed);
        List<Change> changelog = new ArrayList<>();
        Map<String, DeviceState> model = new HashMap<>();
        Map<String, Integer> layouts = new HashMap<>();
        for (int run = 0; run < 30; run++) {
            // Given a task that starts with what others have left, and features that change now and then
            StateLayout layout = random.nextInt(4) == 0 ? SEVEN : FOUR;
            Task task = new Task(random.nextBoolean() ? Kind.MEMORY : Kind.DISK, layout, changelog);

            // When devices have events, in turns
            for (int turn = random.nextInt(10); turn > 0; turn--) {
                for (int i = random.nextInt(60); i > 0; i--) {
                    String device = "d" + random.nextInt(1 + random.nextInt(DEVICES));
                    if (!Objects.equals(layouts.put(device, layout.fingerprint()), layout.fingerprint())) {
                        model.remove(device);
                    }
                    DeviceState expected = model.computeIfAbsent(device, id -> new DeviceState(layout));
                    assertThat(task.states.of(utf8(device))).isEqualTo(expected);
                    double value = random.nextInt(3);
                    double hidden = random.nextGaussian();
                    task.event(utf8(device), value, hidden);
                    expected.accept(new double[] {value, 0}, (long) (1000 * value));
                    expected.hidden()[0] = hidden;
                    expected.hidden()[1] = -hidden;
                }
                task.states.write();
                String retired = "d" + random.nextInt(DEVICES);
                task.states.remove(utf8(retired));
                model.remove(retired);
                layouts.remove(retired);
            }

            // Then
            model.forEach((device, expected) -> {
                if (Objects.equals(layouts.get(device), layout.fingerprint())) {
                    assertThat(task.states.of(utf8(device))).as(device).isEqualTo(expected);
                }
            });
            compact(changelog, random);
        }
        assertThat(model).hasSizeGreaterThan(DEVICES / 2);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theEventsOfATurnAreOneEntryForEachDevice(Kind kind) {
        // Given
        List<Change> changelog = new ArrayList<>();
        Task task = new Task(kind, FOUR, changelog);

        // When
        for (int event = 0; event < 3; event++) {
            task.event(utf8("a"), event, 0);
        }
        for (int event = 0; event < 9; event++) {
            task.event(utf8("b"), event, 0);
        }
        assertThat(changelog).as("before the turn ends").isEmpty();
        task.states.write();
        task.states.write();

        // Then
        assertThat(changelog).hasSize(2);
        assertThat(changelog.get(0).entry()).hasSize(FOUR.entryBytes(3));
        assertThat(changelog.get(1).entry()).as("no more than the ring holds").hasSize(FOUR.entryBytes(4));
    }

    @Test
    void aDeviceTakesAsMuchHeapAsIsSaid() {
        // Given
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int devices = 50_000;
        for (StateLayout layout : List.of(layout(1, 1), layout(16, 1), layout(64, 1))) {
            MemoryStore store = new MemoryStore(STORE, layout, HeapShare.half());
            long before = threads.getCurrentThreadAllocatedBytes();

            // When
            for (int i = 0; i < devices; i++) {
                byte[] device = new byte[16];
                device[0] = (byte) i;
                device[1] = (byte) (i >> 8);
                store.begin(device);
            }

            // Then
            double bytes = (threads.getCurrentThreadAllocatedBytes() - before) / (double) store.approximateNumEntries();
            assertThat(bytes).isCloseTo(layout.heapBytes(), within(0.2 * layout.heapBytes()));
        }
    }

    @Test
    void statesThatOutgrowTheirShareOfTheHeapAreRefusedAndThoseOfAClosedTaskCountNoMore() {
        // Given
        MemoryStore store = new MemoryStore(STORE, FOUR, new HeapShare(10L * FOUR.heapBytes()));
        for (int round = 0; round < 3; round++) {
            for (int device = 0; device < 10; device++) {
                store.begin(utf8("d" + device));
                store.remove(utf8("d" + device));
                store.begin(utf8("d" + device));
            }

            // Then
            assertThatThrownBy(() -> store.begin(utf8("one more")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must fit into half of the heap")
                    .hasMessageContaining("state.store: disk");

            // When
            store.close();
            assertThat(store.find(utf8("d0"))).isNull();
        }
    }
}
