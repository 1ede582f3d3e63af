package io.millrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final double MILLISECOND = 1e6;

    @Test
    void aQuickModelIsAskedForFullChunksAndSeveralOfThemPerPoll() {
        Pace pace = Pace.of(100, 512);

        assertThat(pace.chunkRows()).isEqualTo(512);
        assertThat(pace.pollRecords(null)).isEqualTo(2_048);
    }

    @Test
    void anUnknownCostLimitsNothing() {
        assertThat(Pace.of(0, 256)).isEqualTo(new Pace(0, 256));
        assertThat(Pace.of(0, 256).pollRecords(null)).isEqualTo(1_024);
    }

    @Test
    void aChunkOfASlowModelTakesASecondAtMost() {
        assertThat(Pace.of(10 * MILLISECOND, 256).chunkRows()).isEqualTo(100);
        assertThat(Pace.of(5_000 * MILLISECOND, 256).chunkRows()).isEqualTo(1);
    }

    @Test
    void aPollOfASlowModelTakesAQuarterOfThePollIntervalAtMost() {
        Pace pace = Pace.of(10 * MILLISECOND, 256);

        assertThat(pace.pollRecords("20000")).isEqualTo(500);
        assertThat(pace.pollRecords(20)).isEqualTo(1);
    }
}
