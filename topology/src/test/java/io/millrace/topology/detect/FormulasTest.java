package io.millrace.topology.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The parts against tables, closed forms and the plainest way to compute the same. */
class FormulasTest {
    static IntStream seeds() {
        return IntStream.range(0, 10);
    }

    /** From tables of the normal distribution. */
    @ParameterizedTest
    @CsvSource({"0, 1", "1.959964, 0.05", "-2.575829, 0.01", "5, 5.733031e-7", "10, 1.523971e-23"})
    void theNormalTail(double z, double p) {
        assertThat(Normal.twoSided(z)).isCloseTo(p, Percentage.withPercentage(0.001));
    }

    @ParameterizedTest
    @CsvSource({"0.3, 2", "0, 1", "-0.3, 5", "0.6, 0.01"})
    void aParetoTailIsFoundFromItsOwnExcesses(double shape, double scale) {
        // Given
        Random random = new Random(1);
        float[] excesses = new float[20_000];
        for (int i = 0; i < excesses.length; i++) {
            double u = 1 - random.nextDouble();
            excesses[i] = (float) (shape == 0 ? -scale * Math.log(u) : scale / shape * (Math.pow(u, -shape) - 1));
        }
        Arrays.sort(excesses);

        // When
        ParetoTail tail = ParetoTail.fit(excesses, excesses.length);

        // Then
        assertThat(tail.shape()).isCloseTo(shape, within(0.06));
        assertThat(tail.scale()).isCloseTo(scale, Percentage.withPercentage(8));
        assertThat(tail.survival(0)).isEqualTo(1);
        assertThat(tail.survival(excesses[excesses.length / 2])).isCloseTo(0.5, within(0.02));
    }

    @Test
    void aTailOfEqualExcessesIsExponential() {
        assertThat(ParetoTail.fit(new float[] {2}, 1).survival(2)).isCloseTo(Math.exp(-1), within(0.3));
    }

    /** For two, {@code P(p1 p2 <= x) = x (1 - ln x)}. */
    @Test
    void fisherOfTwoHasAClosedForm() {
        double product = 0.02 * 0.3;
        assertThat(Combining.fisher(new double[] {0.02, 0.3}))
                .isCloseTo(product * (1 - Math.log(product)), within(1e-12));
        assertThat(Combining.fisher(new double[] {1, 1, 1})).isEqualTo(1);
    }

    @Test
    void theLeastPaysForEveryOneThatWasAsked() {
        assertThat(Combining.least(new double[] {0.02, 0.3, 0.9})).isCloseTo(0.06, within(1e-12));
        assertThat(Combining.least(new double[] {0.9, 0.8})).isEqualTo(1);
    }

    /** Both combinations of independent uniform p-values are at least as cautious as they say. */
    @ParameterizedTest
    @MethodSource("seeds")
    void combinedProbabilitiesAreProbabilities(int seed) {
        Random random = new Random(seed);
        int fisher = 0;
        int least = 0;
        for (int i = 0; i < 20_000; i++) {
            double[] p = {1 - random.nextDouble(), 1 - random.nextDouble(), 1 - random.nextDouble()};
            fisher += Combining.fisher(p) <= 0.01 ? 1 : 0;
            least += Combining.least(p) <= 0.01 ? 1 : 0;
        }
        assertThat(fisher).isBetween(140, 260);
        assertThat(least).isBetween(140, 260);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBookThatIsNotFullIsExact(int seed) {
        Random random = new Random(seed);
        ValueBook book = new ValueBook(300);
        TreeSet<Double> all = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            double value = random.nextInt(4096) / 8.0; // exact as a float
            assertThat(book.take(value)).isEqualTo(all.isEmpty() ? 0 : nearest(all, value));
            all.add(value);
        }
    }

    /** Whatever is thrown away, a value is never called farther from the past than it is by more than the resolution. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aFullBookErrsByNoMoreThanItsSpacing(int seed) {
        Random random = new Random(seed);
        ValueBook book = new ValueBook(64);
        TreeSet<Double> all = new TreeSet<>();
        double worst = 0;
        for (int i = 0; i < 5000; i++) {
            double value = random.nextInt(1 << 16) / 64.0;
            double claimed = book.take(value);
            if (claimed > 0) {
                worst = Math.max(worst, claimed - nearest(all, value));
            }
            all.add(value);
        }
        assertThat(worst).isLessThan(3 * 1024.0 / 64);
        assertThat(book.take(5000)).as("what was never seen is far").isGreaterThan(3900);
    }

    private static double nearest(NavigableSet<Double> all, double value) {
        Double below = all.floor(value);
        Double above = all.ceiling(value);
        return Math.min(below == null ? 1e300 : value - below, above == null ? 1e300 : above - value);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void ranksAreCounted(int seed) {
        Random random = new Random(seed);
        Ranks ranks = new Ranks();
        float[] before = new float[3000];
        for (int i = 0; i < before.length; i++) {
            float x = random.nextInt(500);
            int rank = 0;
            for (int j = 0; j < i; j++) {
                rank += before[j] >= x ? 1 : 0;
            }
            boolean told = rank < Ranks.KEPT && i >= Ranks.SILENT;
            assertThat(ranks.next(x)).isEqualTo(told ? (rank + 0.5) / (i + Ranks.CREDIT) : 1);
            before[i] = x;
        }
    }
}
