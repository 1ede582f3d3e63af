package io.millrace.topology.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.topology.config.DetectConfig;
import io.millrace.topology.config.DetectConfig.Gate;
import io.millrace.topology.config.DetectConfig.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceDetectorsTest {
    private static final List<DetectConfig> THREE = List.of(
            DetectConfig.usual("odd", "/value"),
            new DetectConfig("z", List.of("score"), new Method.RobustZ(32), new Gate(1000), 5, Optional.empty()),
            new DetectConfig("both", List.of("odd", "z"), new Method.Fisher(), new Gate(1), 0, Optional.empty()));

    private final DetectPlan plan = DetectPlan.compile(THREE);

    private static double[] event(Random random) {
        double outlier = random.nextInt(40) == 0 ? 50 : 1;
        return new double[] {random.nextGaussian() * outlier, random.nextGaussian() * outlier};
    }

    private static double[] usual() {
        double[] strictness = new double[THREE.size()];
        Arrays.fill(strictness, 1);
        return strictness;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aDetectorIsSilentForItsRefractoryEvents(int seed) {
        Random random = new Random(seed);
        DeviceDetectors device = plan.newDevice();
        int[] last = {-1000, -1000};
        int[] told = {0, 0};
        for (int i = 0; i < 10_000; i++) {
            double[] scores = device.next(event(random), 0, usual());
            for (int j = 0; j < 2; j++) {
                if (scores[j] > 0) {
                    assertThat(i - last[j]).isGreaterThan(THREE.get(j).refractory());
                    last[j] = i;
                    told[j]++;
                }
            }
        }
        assertThat(told[0]).isPositive();
        assertThat(told[1]).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void replayingWhatWasToldPutsTheSameStateBack(int seed) {
        // Given: a state written at some event, and the events after it with what was told
        Random random = new Random(seed);
        DeviceDetectors device = plan.newDevice();
        for (int i = 0; i < 1000; i++) {
            device.next(event(random), 0, usual());
        }
        ByteBuffer snapshot = ByteBuffer.allocate(device.stateBytes());
        device.write(snapshot);
        DeviceDetectors restored = plan.newDevice();
        restored.read(snapshot.flip());

        // When: they are told under a strictness that the replay does not know
        double[] strict = {3, 1, 1};
        for (int i = 0; i < 500; i++) {
            double[] event = event(random);
            device.next(event, i, strict);
            restored.replay(event, i, device.told());
        }

        // Then
        assertThat(bytes(restored)).isEqualTo(bytes(device));
        assertThat(restored.events()).isEqualTo(1500);
        double[] next = event(random);
        assertThat(restored.next(next, 900, usual())).containsExactly(device.next(next, 900, usual()));
    }

    private static byte[] bytes(DeviceDetectors device) {
        ByteBuffer out = ByteBuffer.allocate(device.stateBytes());
        device.write(out);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Test
    void aMissingValueMovesNothing() {
        DeviceDetectors one = plan.newDevice();
        DeviceDetectors other = plan.newDevice();
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            double[] event = event(random);
            one.next(new double[] {event[0], Double.NaN}, i, usual());
            other.next(new double[] {event[0], i % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY}, i, usual());
        }
        assertThat(bytes(one)).isEqualTo(bytes(other));
    }

    /** A narrower gate tells a part of what a wider one tells, where nothing is silenced. */
    @Test
    void strictnessTellsLess() {
        DetectPlan open = DetectPlan.compile(
                List.of(new DetectConfig("r", List.of("s"), new Method.Rank(), new Gate(100), 0, Optional.empty())));
        DeviceDetectors wide = open.newDevice();
        DeviceDetectors narrow = open.newDevice();
        Random random = new Random(4);
        int toldByWide = 0;
        int toldByNarrow = 0;
        for (int i = 0; i < 5000; i++) {
            double[] event = {random.nextGaussian()};
            boolean w = wide.next(event, i, new double[] {1})[0] > 0;
            boolean n = narrow.next(event, i, new double[] {4})[0] > 0;
            assertThat(w || !n).isTrue();
            toldByWide += w ? 1 : 0;
            toldByNarrow += n ? 1 : 0;
        }
        assertThat(toldByNarrow).isPositive().isLessThan(toldByWide);
    }

    @Test
    void whatIsCombinedMustStandBefore() {
        assertThat(plan.signals()).containsExactly("/value", "score");
        assertThatThrownBy(() -> DetectPlan.compile(List.of(THREE.get(0), THREE.get(2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("detector both must watch one of [odd], got: z");
    }

    @Test
    void anotherLayoutHasAnotherFingerprint() {
        DetectPlan other = DetectPlan.compile(THREE.subList(0, 2));
        assertThat(other.fingerprint()).isNotEqualTo(plan.fingerprint());
        assertThat(DetectPlan.compile(THREE).fingerprint()).isEqualTo(plan.fingerprint());
    }

    @Test
    void theDefaultOfADeviceNeedsNoMoreThanFourKilobytes() {
        DetectPlan usual = DetectPlan.compile(List.of(DetectConfig.usual("odd", "/value")));
        assertThat(usual.newDevice().stateBytes()).isLessThanOrEqualTo(4096);
    }
}
