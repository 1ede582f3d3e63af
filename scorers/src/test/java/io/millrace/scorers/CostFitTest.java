package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostFitTest {
    @ParameterizedTest
    @CsvSource({"3000, 54, 500", "3000, 3900, 7", "2500, 155, 146", "0, 1000, 1", "4000, 1, 512"})
    void theLineIsFoundAndTheBatchThatReachesNineTenths(double perCall, double perRow, int suggested) {
        int[] rows = {1, 2, 4, 8, 64, 512};
        double[] nanos =
                Arrays.stream(rows).mapToDouble(n -> perCall + perRow * n).toArray();

        CostFit fit = CostFit.of(rows, nanos);

        assertThat(fit.callNanos()).isCloseTo(perCall, within(1e-3));
        assertThat(fit.nanosPerRow()).isCloseTo(perRow, within(1e-6));
        assertThat(fit.suggestedRows(512)).isEqualTo(suggested);
        assertThat(fit.nanos(10)).isCloseTo(perCall + 10 * perRow, within(1e-2));
    }

    @Test
    void aSingleSizeCountsAsRows() {
        assertThat(CostFit.of(new int[] {4}, new double[] {400})).isEqualTo(new CostFit(0, 100));
    }

    @Test
    void noiseNeverMakesACostNegative() {
        CostFit falling = CostFit.of(new int[] {1, 100}, new double[] {5_000, 3_000});
        CostFit convex = CostFit.of(new int[] {1, 10, 100}, new double[] {100, 2_000, 40_000});

        assertThat(falling.nanosPerRow()).isPositive();
        assertThat(falling.suggestedRows(256)).isEqualTo(256);
        assertThat(convex.callNanos()).isZero();
        assertThat(convex.nanosPerRow()).isPositive();
        assertThat(convex.suggestedRows(256)).isEqualTo(1);
    }

    @Test
    void whatIsNoMeasurementIsRefused() {
        assertThatThrownBy(() -> CostFit.of(new int[0], new double[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows and nanos must have the same length of at least 1, got: 0 and 0");
        assertThatThrownBy(() -> new CostFit(-1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("callNanos must be at least 0 and nanosPerRow above 0, got: -1.0 and 1.0");
    }
}
