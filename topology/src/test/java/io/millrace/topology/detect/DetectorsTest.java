package io.millrace.topology.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.config.DetectConfig.Method;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every detector, on random signals. */
class DetectorsTest {
    private static final Method FOREST = new Method.Forest(10, 64, 4);

    static Stream<Method> methods() {
        return Stream.of(
                new Method.Rarity(),
                new Method.Pattern(10),
                new Method.Rank(),
                new Method.RobustZ(64),
                new Method.Spot(0),
                new Method.Spot(30),
                new Method.Cusum(0.5));
    }

    static Stream<Arguments> methodsAndSeeds() {
        return methods().flatMap(method -> IntStream.range(0, 5).mapToObj(seed -> Arguments.of(method, seed)));
    }

    /** A rhythm with noise, a change of level, some outliers, some repeats, at a magnitude of its own. */
    static double[] signal(int seed, int rows) {
        Random random = new Random(seed);
        double magnitude = Math.pow(10, random.nextInt(12) - 4);
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            double level = i > rows / 2 ? 3 : 0;
            double outlier = random.nextInt(200) == 0 ? 20 * random.nextGaussian() : 0;
            values[i] = magnitude * (level + Math.sin(i / 20.0) + 0.1 * random.nextGaussian() + outlier);
            if (i > 0 && random.nextInt(10) == 0) {
                values[i] = values[i - 1];
            }
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("methodsAndSeeds")
    void answersAreProbabilitiesAndSayNothingAtFirst(Method method, int seed) {
        Detector detector = DetectPlan.detector(method);
        double[] values = signal(seed, 3000);
        for (int i = 0; i < values.length; i++) {
            double p = detector.next(values[i]);
            assertThat(p).isGreaterThan(0).isLessThanOrEqualTo(1);
            assertThat(i >= RobustZ.SILENT || p == Detector.ORDINARY).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("methodsAndSeeds")
    void aStateThatWasPutBackGoesOnAsThoughNothingHadHappened(Method method, int seed) {
        double[] values = signal(seed, 20_000);
        int cut = new Random(seed).nextInt(values.length);
        assertSameFrom(method, values, cut);
    }

    @Test
    void aForestGoesOnAfterItsStateWasPutBack() {
        Detector first = DetectPlan.detector(FOREST);
        double[] values = signal(1, 600);
        for (int i = 0; i < 500; i++) {
            first.next(values[i]);
        }
        Detector second = restored(FOREST, first);
        double largest = 0;
        for (int i = 500; i < values.length; i++) {
            largest = Math.max(largest, Math.abs(first.next(values[i]) - second.next(values[i])));
        }
        assertThat(largest).isLessThan(1e-6);
    }

    private static void assertSameFrom(Method method, double[] values, int cut) {
        Detector first = DetectPlan.detector(method);
        for (int i = 0; i < cut; i++) {
            first.next(values[i]);
        }
        Detector second = restored(method, first);
        for (int i = cut; i < values.length; i++) {
            assertThat(second.next(values[i])).as("row %d", i).isEqualTo(first.next(values[i]));
        }
    }

    private static Detector restored(Method method, Detector from) {
        ByteBuffer state = ByteBuffer.allocate(from.stateBytes());
        from.write(state);
        Detector restored = DetectPlan.detector(method);
        restored.read(state.flip());
        assertThat(state.hasRemaining()).isFalse();
        return restored;
    }

    /** A change of unit by a power of two is exact in binary, and must not matter; so is the sign, but for one-sided ones. */
    @ParameterizedTest
    @MethodSource("methodsAndSeeds")
    void theUnitDoesNotMatter(Method method, int seed) {
        Detector one = DetectPlan.detector(method);
        Detector other = DetectPlan.detector(method);
        for (double value : signal(seed, 5000)) {
            assertThat(other.next(value * 1024)).isEqualTo(one.next(value));
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void theStateIsBounded(Method method) {
        Detector detector = DetectPlan.detector(method);
        for (int seed = 0; seed < 4; seed++) {
            for (double value : signal(seed, 20_000)) {
                detector.next(value);
            }
            ByteBuffer state = ByteBuffer.allocate(detector.stateBytes());
            detector.write(state); // which throws if it does not fit
        }
    }

    @Test
    void aForestFitsIntoWhatItClaims() {
        Detector forest = DetectPlan.detector(FOREST);
        for (double value : signal(3, 3000)) {
            forest.next(value);
        }
        ByteBuffer state = ByteBuffer.allocate(forest.stateBytes());
        forest.write(state);
        assertThat(state.position()).isGreaterThan(10_000);
    }

    /** One value in a thousand is 8 deviations out: each detector of outliers tells it from the noise. */
    @ParameterizedTest
    @MethodSource("methods")
    void aGrossOutlierIsRare(Method method) {
        if (method instanceof Method.Cusum) {
            return; // to which one outlier is no drift
        }
        Random random = new Random(7);
        Detector detector = DetectPlan.detector(method);
        for (int i = 0; i < 2000; i++) {
            detector.next(random.nextGaussian());
        }
        assertThat(detector.next(25)).isLessThan(1.0 / 1000);
    }

    @Test
    void aSlowDriftIsRareToCusumAlone() {
        Random random = new Random(8);
        Detector cusum = DetectPlan.detector(new Method.Cusum(0.5));
        for (int i = 0; i < 2000; i++) {
            cusum.next(random.nextGaussian());
        }
        double least = 1;
        for (int i = 0; i < 200; i++) {
            least = Math.min(least, cusum.next(random.nextGaussian() + 1.2));
        }
        assertThat(least).isLessThan(1.0 / 1000);
    }

    @Test
    void aFlatLineInARhythmIsARarePatternThoughEveryValueIsKnown() {
        Detector pattern = DetectPlan.detector(new Method.Pattern(10));
        for (int i = 0; i < 2000; i++) {
            pattern.next(Math.rint(10 * Math.sin(i / 5.0)));
        }
        double least = 1;
        for (int i = 0; i < 30; i++) {
            least = Math.min(least, pattern.next(4));
        }
        assertThat(least).isLessThan(1.0 / 100);
    }

    /** Of exchangeable values, ranks are uniform: so many are told as the gate says, but for the credit. */
    @ParameterizedTest
    @MethodSource("seeds")
    void ranksAreCalibrated(int seed) {
        Random random = new Random(seed);
        Rank rank = new Rank();
        int told = 0;
        for (int i = 0; i < 12_000; i++) {
            told += rank.next(random.nextGaussian()) <= 0.004 ? 1 : 0;
        }
        double expected = 0;
        for (int n = Ranks.SILENT; n < 12_000; n++) {
            expected += Math.min(1, Math.floor(0.004 * (n + Ranks.CREDIT) + 0.5) / (n + 1));
        }
        assertThat((double) told).isBetween(expected - 4 * Math.sqrt(expected), expected + 4 * Math.sqrt(expected));
    }

    static IntStream seeds() {
        return IntStream.range(0, 10);
    }

    @Test
    void whatShipsNeedsNoMoreThanFourKilobytes() {
        assertThat(new Rarity().stateBytes()).isLessThanOrEqualTo(4096);
    }
}
