package io.millrace.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BisectionTest {

    @Test
    void findsTheHighestRateThatPasses() throws IOException, InterruptedException {
        List<Double> tried = new ArrayList<>();

        double found = new Bisection(1000, 256_000, 0.05).search(rate -> {
            tried.add(rate);
            return rate <= 50_000;
        });

        assertThat(found).isBetween(47_500.0, 50_000.0);
        assertThat(tried).hasSizeLessThan(12);
    }

    @Test
    void saysZeroWhereNothingPassesAndTheHighestWhereAllDo() throws IOException, InterruptedException {
        assertThat(new Bisection(10, 20, 0.1).search(rate -> false)).isZero();
        assertThat(new Bisection(10, 20, 0.1).search(rate -> true)).isEqualTo(20);
    }

    @Test
    void impossibleBoundsAreRefused() {
        assertThatThrownBy(() -> new Bisection(20, 10, 0.1))
                .hasMessage("--from must be above 0 and below --to, got: 20.0 and 10.0");
        assertThatThrownBy(() -> new Bisection(10, 20, 0))
                .hasMessage("--precision must be above 0 and at most 1, got: 0.0");
    }

    @Test
    void theAnswerIsInWordsWithItsFormula() {
        assertThat(Capacity.words(100_000, 95_000, 104_000, Duration.ofMillis(50), 8_400, 500_000, 2))
                .isEqualTo("On this machine one instance carries 100,000 events/s within p99 ≤ 50 ms (searches found"
                        + " 95,000 to 104,000); CPU per event 8.4 µs. For your 500,000 events/s plan 8 instance(s) and"
                        + " at least 16 partitions (instances = ⌈events/s ÷ (70 % × 100,000)⌉; a partition for each"
                        + " stream thread).");
        assertThat(Capacity.words(1000, 1000, 1000, Duration.ZERO, 8_400, 0, 1))
                .isEqualTo("On this machine one instance carries 1,000 events/s (searches found 1,000 to 1,000);"
                        + " CPU per event 8.4 µs.");
    }
}
