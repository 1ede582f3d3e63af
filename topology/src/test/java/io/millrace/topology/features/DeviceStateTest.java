package io.millrace.topology.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceStateTest {
    /** Keeps fields 0 and 2 of three, watches field 2. */
    private static StateLayout layout(int depth, int hidden, int fingerprint) {
        return new StateLayout(new int[] {0, 2}, depth, new int[] {1}, hidden, fingerprint);
    }

    private static DeviceState after(StateLayout layout, int events) {
        DeviceState state = new DeviceState(layout);
        for (int i = 1; i <= events; i++) {
            state.accept(new double[] {i, -i, 100 * i}, 1000L * i);
        }
        return state;
    }

    /** What a store holds after that many events: the latest entry of each slot. */
    private static Map<Integer, byte[]> stored(StateLayout layout, int events) {
        Map<Integer, byte[]> slots = new HashMap<>();
        DeviceState state = new DeviceState(layout);
        for (int i = 1; i <= events; i++) {
            state.accept(new double[] {i, -i, 100 * i}, 1000L * i);
            slots.put(state.latestSlot(), state.entry());
            state.written();
        }
        return slots;
    }

    @Test
    void aNewDeviceHasHadNothing() {
        DeviceState state = new DeviceState(layout(3, 2, 1));

        assertThat(state.count()).isZero();
        assertThat(state.lastTimeMs()).isEqualTo(DeviceState.NO_TIME);
        assertThat(state.hidden()).containsExactly(0, 0);
        assertThat(state.repeats(0)).isZero();
    }

    @Test
    void looksBackOverTheRingsEnd() {
        DeviceState state = after(layout(3, 0, 1), 8);

        assertThat(List.of(state.back(0, 1), state.back(0, 2), state.back(0, 3)))
                .containsExactly(8.0, 7.0, 6.0);
        assertThat(List.of(state.back(1, 1), state.back(1, 3))).containsExactly(800.0, 600.0);
        assertThat(state.count()).isEqualTo(8);
        assertThat(state.lastTimeMs()).isEqualTo(8000);
    }

    @Test
    void countsHowOftenAWatchedValueCameInARow() {
        DeviceState state = new DeviceState(layout(1, 0, 1));
        List<Integer> repeats = new ArrayList<>();
        for (double value : new double[] {0, 0, 0, 5, 5, 0, -0.0}) {
            state.accept(new double[] {1, 2, value}, 0);
            repeats.add(state.repeats(0));
        }

        assertThat(repeats).as("the first 0 is no repetition of nothing").containsExactly(1, 2, 3, 1, 2, 1, 2);
    }

    @Test
    void aCopyGoesItsOwnWay() {
        // Given
        DeviceState state = after(layout(2, 1, 1), 3);
        DeviceState copy = state.copy();
        assertThat(copy).isEqualTo(state).hasSameHashCodeAs(state);

        // When
        copy.accept(new double[] {9, 9, 300}, 9000);
        copy.hidden()[0] = 7;

        // Then
        assertThat(state).isEqualTo(after(layout(2, 1, 1), 3)).isNotEqualTo(copy);
        assertThat(state.hidden()).containsExactly(0);
        assertThat(state.repeats(0)).isEqualTo(1);
        assertThat(copy.repeats(0)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 64})
    void isRestoredFromItsEntriesInAnyOrderAfterAnyNumberOfEvents(int depth) {
        Random random = new Random(depth);
        StateLayout layout = layout(depth, 3, 42);
        Map<Integer, byte[]> store = new HashMap<>();
        DeviceState live = new DeviceState(layout);
        for (int turn = 0; turn < 200; turn++) {
            // Given the entries of all events so far, several events in some of them
            int events = 1 + random.nextInt(2) * random.nextInt(2 + depth);
            for (int event = 0; event < events; event++) {
                live.accept(new double[] {random.nextGaussian(), 0, random.nextInt(2)}, random.nextInt());
                live.hidden()[random.nextInt(3)] = random.nextGaussian();
            }
            assertThat(live.entry()).hasSize(layout.entryBytes(Math.min(events, layout.slots())));
            store.put(live.latestSlot(), live.entry());
            live.written();
            assertThat(store).hasSizeLessThanOrEqualTo(layout.slots());
            List<byte[]> entries = new ArrayList<>(store.values());
            Collections.shuffle(entries, random);

            // When
            DeviceState restored = DeviceState.restore(layout, entries);

            // Then
            assertThat(restored).isEqualTo(live);
        }
    }

    @Test
    void anEntryHoldsOneEventHoweverLongTheWindow() {
        assertThat(layout(4000, 0, 1).entryBytes(1))
                .isEqualTo(layout(1, 0, 1).entryBytes(1))
                .isEqualTo(4 + 8 + 8 + 4 + 2 * 8);
        assertThat(layout(1, 5, 1).entryBytes(1)).isEqualTo(layout(1, 0, 1).entryBytes(1) + 5 * 8);
    }

    @Test
    void nothingStoredIsANewDevice() {
        assertThat(DeviceState.restore(layout(3, 1, 1), List.of())).isEqualTo(new DeviceState(layout(3, 1, 1)));
    }

    @Test
    void entriesOfAnotherLayoutArePassedOver() {
        StateLayout layout = layout(2, 0, 1);
        List<byte[]> entries = new ArrayList<>(stored(layout, 2).values());
        entries.addAll(stored(layout(2, 0, 2), 9).values()); // another fingerprint
        entries.addAll(stored(layout(2, 4, 1), 9).values()); // another size

        assertThat(DeviceState.restore(layout, entries)).isEqualTo(after(layout, 2));
    }

    /** A pipeline that went to other features and back again finds old entries where the others left some alone. */
    @Test
    void entriesWithGapsAreANewDeviceRatherThanAPastOfZeros() {
        StateLayout layout = layout(4, 0, 1);
        for (int missing = 0; missing < 4; missing++) {
            Map<Integer, byte[]> store = stored(layout, 10);
            store.remove(missing);

            assertThat(DeviceState.restore(layout, store.values())).isEqualTo(new DeviceState(layout));
        }
    }

    @Test
    void entriesOfTwoTimesAreANewDeviceRatherThanAMixture() {
        StateLayout layout = layout(4, 0, 1);
        Map<Integer, byte[]> store = stored(layout, 10);
        store.putAll(stored(layout, 2)); // counted from 1 again, into slots 0 and 1

        assertThat(DeviceState.restore(layout, store.values())).isEqualTo(new DeviceState(layout));
    }
}
