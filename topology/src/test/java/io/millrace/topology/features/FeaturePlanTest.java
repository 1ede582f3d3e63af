package io.millrace.topology.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.topology.config.Feature;
import io.millrace.topology.config.Feature.Statistic;
import io.millrace.topology.config.InputMapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturePlanTest {
    private static final List<String> FIELDS = List.of("/a", "/b", "/c");

    private static FeaturePlan plan(InputMapping... inputs) {
        return FeaturePlan.compile(Arrays.asList(inputs), FIELDS, List.of(), 0);
    }

    private static InputMapping.Row row(Feature... features) {
        return new InputMapping.Row(List.of(features));
    }

    /** A feature, computed from the whole series with the newest event last, as its definition says. */
    private static double naive(Feature feature, List<double[]> series, List<Long> times) {
        int last = series.size() - 1;
        if (feature instanceof Feature.SinceLast) {
            return times.get(last) / 1000.0 - times.get(last - 1) / 1000.0;
        }
        Feature.OfField ofField = (Feature.OfField) feature;
        double[] x = series.stream()
                .mapToDouble(values -> values[FIELDS.indexOf(ofField.field())])
                .toArray();
        if (feature instanceof Feature.Lag lag) {
            return x[last - lag.events()];
        }
        if (feature instanceof Feature.Delta delta) {
            return x[last] - x[last - delta.events()];
        }
        if (feature instanceof Feature.Rolling rolling) {
            return naive(rolling.statistic(), Arrays.copyOfRange(x, x.length - rolling.over(), x.length));
        }
        return x[last];
    }

    private static double naive(Statistic statistic, double[] x) {
        double mean = Arrays.stream(x).sum() / x.length;
        return switch (statistic) {
            case MEAN -> mean;
            case STD ->
                Math.sqrt(Arrays.stream(x).map(v -> Math.pow(v - mean, 2)).sum() / x.length);
            case MIN -> Arrays.stream(x).min().getAsDouble();
            case MAX -> Arrays.stream(x).max().getAsDouble();
            case RMS -> Math.sqrt(Arrays.stream(x).map(v -> v * v).sum() / x.length);
            case SLOPE -> leastSquaresSlope(x);
        };
    }

    /** From the normal equations, (n·Σiy − Σi·Σy) / (n·Σi² − (Σi)²). */
    private static double leastSquaresSlope(double[] y) {
        double n = y.length;
        double i1 = 0;
        double i2 = 0;
        double sum = 0;
        double products = 0;
        for (int i = 0; i < y.length; i++) {
            i1 += i;
            i2 += (double) i * i;
            sum += y[i];
            products += i * y[i];
        }
        return n == 1 ? 0 : (n * products - i1 * sum) / (n * i2 - i1 * i1);
    }

    private static Feature randomFeature(Random random) {
        String field = FIELDS.get(random.nextInt(FIELDS.size()));
        Statistic[] statistics = Statistic.values();
        return switch (random.nextInt(5)) {
            case 0 -> new Feature.Now(field);
            case 1 -> new Feature.Lag(field, 1 + random.nextInt(9));
            case 2 -> new Feature.Delta(field, 1 + random.nextInt(9));
            case 3 -> new Feature.SinceLast(Feature.Unit.SECONDS);
            default ->
                new Feature.Rolling(field, statistics[random.nextInt(statistics.length)], 1 + random.nextInt(12));
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyFeatureIsWhatItsDefinitionSays(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            // Given random features, and a series much longer than the ring that they need
            Feature[] features = IntStream.range(0, 1 + random.nextInt(8))
                    .mapToObj(i -> randomFeature(random))
                    .toArray(Feature[]::new);
            FeaturePlan plan = plan(row(features));
            DeviceState past = new DeviceState(plan.layout());
            List<double[]> series = new ArrayList<>();
            List<Long> times = new ArrayList<>();
            long time = 1_764_000_000_000L;
            for (int event = 0; event < 40; event++) {
                double[] now = {1e3 + random.nextGaussian(), random.nextInt(3), random.nextGaussian() * 1e-3};
                time += random.nextInt(5000);
                series.add(now);
                times.add(time);
                if (event >= plan.lookBack()) {
                    // When
                    double[][] filled = plan.newRow();
                    plan.fill(now, time, past, filled);

                    // Then
                    for (int i = 0; i < features.length; i++) {
                        double expected = naive(features[i], series, times);
                        assertThat(filled[0][i])
                                .as("%s at event %d", features[i], event)
                                .isCloseTo(expected, within(1e-6));
                    }
                }
                past.accept(now, time);
            }
        }
    }

    @Test
    void aWindowIsOldestFirstWithItsFieldsSideBySide() {
        // Given
        FeaturePlan plan = plan(new InputMapping.Window(3, List.of("/c", "/a")));
        DeviceState past = new DeviceState(plan.layout());
        for (int i = 1; i <= 5; i++) {
            past.accept(new double[] {i, -1, 10 * i}, i);
        }

        // When
        double[][] row = plan.newRow();
        plan.fill(new double[] {6, -1, 60}, 6, past, row);

        // Then
        assertThat(row[0]).containsExactly(40, 4, 50, 5, 60, 6);
    }

    @Test
    void inputsAreFilledInTheModelsOrderAndTheModelsOwnAreLeftEmpty() {
        List<@Nullable InputMapping> inputs =
                Arrays.asList(row(new Feature.Now("/b")), null, new InputMapping.Window(1, List.of("/c", "/a")));
        FeaturePlan plan = FeaturePlan.compile(inputs, FIELDS, List.of(), 4);

        double[][] row = plan.newRow();
        plan.fill(new double[] {1, 2, 3}, 0, new DeviceState(plan.layout()), row);

        assertThat(row).isDeepEqualTo(new double[][] {{2}, {}, {3, 1}});
        assertThat(plan.layout().hidden()).isEqualTo(4);
    }

    @Test
    void looksBackAsFarAsItsOldestValue() {
        Feature now = new Feature.Now("/a");
        assertThat(plan(row(now)).lookBack()).isZero();
        assertThat(plan(row(now, new Feature.SinceLast(Feature.Unit.SECONDS))).lookBack())
                .isEqualTo(1);
        assertThat(plan(row(new Feature.Lag("/a", 7))).lookBack()).isEqualTo(7);
        assertThat(plan(row(new Feature.Delta("/a", 7), now)).lookBack()).isEqualTo(7);
        assertThat(plan(row(new Feature.Rolling("/a", Statistic.STD, 1))).lookBack())
                .isZero();
        assertThat(plan(row(new Feature.Rolling("/a", Statistic.STD, 9))).lookBack())
                .isEqualTo(8);
        assertThat(plan(row(now), new InputMapping.Window(16, List.of("/b"))).lookBack())
                .isEqualTo(15);
    }

    @Test
    void isStatefulWhenAnythingMustBeKept() {
        InputMapping now = row(new Feature.Now("/a"));
        List<InputMapping> inputs = List.of(now);
        assertThat(FeaturePlan.compile(inputs, FIELDS, List.of(), 0).stateful()).isFalse();
        assertThat(plan(row(new Feature.Rolling("/a", Statistic.MEAN, 1))).stateful())
                .isFalse();
        assertThat(FeaturePlan.compile(inputs, FIELDS, List.of("/a"), 0).stateful())
                .isTrue();
        assertThat(FeaturePlan.compile(inputs, FIELDS, List.of(), 1).stateful()).isTrue();
        assertThat(plan(row(new Feature.SinceLast(Feature.Unit.SECONDS))).stateful())
                .isTrue();
    }

    @Test
    void keepsOnlyTheFieldsThatHaveAPastAndOnlyAsDeepAsNeeded() {
        StateLayout layout = FeaturePlan.compile(
                        List.of(row(new Feature.Now("/b"), new Feature.Lag("/c", 3), new Feature.Lag("/c", 2))),
                        FIELDS,
                        List.of("/a"),
                        0)
                .layout();

        assertThat(layout.fields()).containsExactly(0, 2);
        assertThat(layout.depth()).isEqualTo(3);
        assertThat(layout.frozen()).containsExactly(0);
    }

    @Test
    void theFingerprintChangesWithWhateverChangesTheMeaning() {
        FeaturePlan plan = plan(row(new Feature.Lag("/a", 3)));

        assertThat(plan(row(new Feature.Delta("/a", 3))).layout().fingerprint())
                .as("keeps the same")
                .isEqualTo(plan.layout().fingerprint());
        assertThat(List.of(
                        plan(row(new Feature.Lag("/b", 3))),
                        plan(row(new Feature.Lag("/a", 4))),
                        FeaturePlan.compile(List.of(row(new Feature.Lag("/a", 3))), FIELDS, List.of("/a"), 0),
                        FeaturePlan.compile(List.of(row(new Feature.Lag("/a", 3))), FIELDS, List.of(), 1)))
                .allSatisfy(other -> assertThat(other.layout().fingerprint())
                        .isNotEqualTo(plan.layout().fingerprint()));
    }
}
