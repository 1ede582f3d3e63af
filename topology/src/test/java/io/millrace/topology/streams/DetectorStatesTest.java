package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.config.DetectConfig;
import io.millrace.topology.config.DetectConfig.Gate;
import io.millrace.topology.config.DetectConfig.Method;
import io.millrace.topology.detect.DetectPlan;
import io.millrace.topology.detect.DeviceDetectors;
import io.millrace.topology.detect.Strictness;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorStatesTest {
    private static final String STORE = "detectors";
    private static final double[] USUAL = {1, 1};

    private final DetectPlan plan = DetectPlan.compile(List.of(
            DetectConfig.usual("odd", "/value"),
            new DetectConfig("z", List.of("score"), new Method.RobustZ(32), new Gate(50), 3, Optional.empty())));

    private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
    private final KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();

    DetectorStatesTest() {
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }

    private DetectorStates open(DetectPlan detectors, long memoryBytes) {
        DetectorStates states = new DetectorStates(STORE, detectors, memoryBytes);
        states.open(context);
        return states;
    }

    private static double[] event(Random random) {
        double outlier = random.nextInt(50) == 0 ? 30 : 1;
        return new double[] {random.nextGaussian() * outlier, random.nextGaussian() * outlier};
    }

    /** Of 40 devices only 16 are in memory, and now and then the task is opened anew over what the store has. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void neitherARestartNorAFullMemoryMovesADetector(int seed) {
        // Given
        Random random = new Random(seed);
        Map<Integer, DeviceDetectors> reference = new HashMap<>();
        DetectorStates states = open(plan, 0);
        int told = 0;

        for (int i = 0; i < 20_000; i++) {
            // When
            int device = Math.min(random.nextInt(40), random.nextInt(40));
            byte[] id = utf8("pump-" + device);
            double[] event = event(random);
            if (random.nextInt(500) == 0) {
                states = open(plan, 0);
            }
            DeviceDetectors state = states.of(id);
            double[] scores = state.next(event, i, USUAL).clone();
            states.put(id, state, event, i);

            // Then
            DeviceDetectors expected = reference.computeIfAbsent(device, key -> plan.newDevice());
            assertThat(scores).as("event %d", i).isEqualTo(expected.next(event, i, USUAL));
            assertThat(state.lastTimeMs()).isEqualTo(i);
            told += state.told() != 0 ? 1 : 0;
        }
        assertThat(told).isGreaterThan(100);
    }

    /** What goes to the changelog for an event, its share of the snapshots included. */
    @Test
    void anEventCostsSomeDozenBytes() {
        DetectPlan usual = DetectPlan.compile(List.of(DetectConfig.usual("odd", "/value")));
        DetectorStates states = open(usual, DetectorStates.MEMORY_BYTES);
        Random random = new Random(1);
        byte[] device = utf8("p");
        for (int i = 0; i < 5000; i++) {
            double[] event = {random.nextGaussian()};
            DeviceDetectors state = states.of(device);
            state.next(event, i, new double[] {1});
            states.put(device, state, event, i);
        }
        long bytes = 0;
        int entries = 0;
        int slots = 0;
        try (var all = store.all()) {
            while (all.hasNext()) {
                byte[] value = all.next().value;
                slots++;
                entries = Math.max(entries, value.length);
                bytes += value.length;
            }
        }
        assertThat(entries).as("a snapshot").isLessThanOrEqualTo(4096);
        assertThat(bytes / (slots - 1.0)).as("bytes an event writes").isLessThan(90);
    }

    @Test
    void otherDetectorsStartAnew() {
        DetectorStates before = open(plan, 0);
        byte[] device = utf8("p");
        Random random = new Random(2);
        for (int i = 0; i < 300; i++) {
            double[] event = event(random);
            DeviceDetectors state = before.of(device);
            state.next(event, i, USUAL);
            before.put(device, state, event, i);
        }
        DetectPlan other = DetectPlan.compile(List.of(DetectConfig.usual("odd", "/value")));
        assertThat(open(other, 0).of(device).events()).isZero();
        assertThat(open(plan, 0).of(device).events()).isEqualTo(300);
    }

    @Test
    void budgetsArePutBack() {
        DetectorStates states = open(plan, 0);
        assertThat(states.readBudgets()).containsOnly(Strictness.NONE);
        states.putBudget(1, new Strictness(0.7));
        assertThat(open(plan, 0).readBudgets()).containsExactly(Strictness.NONE, new Strictness(0.7));
    }
}
