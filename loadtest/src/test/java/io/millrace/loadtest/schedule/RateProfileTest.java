package io.millrace.loadtest.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateProfileTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void constantRateIsEvenlySpaced() {
        List<Long> times = times(Arrivals.even(RateProfile.constant(4, SECOND)));

        assertThat(times).containsExactly(0L, SECOND / 4, SECOND / 2, 3 * SECOND / 4);
    }

    @Test
    void rampSendsTheMeanOfItsRatesAndMoreTowardsItsEnd() {
        List<Long> times = times(Arrivals.even(RateProfile.ramp(0, 1000, 2 * SECOND)));

        assertThat(times).hasSize(1000).isSorted();
        assertThat(times.stream().filter(at -> at < SECOND)).hasSize(250);
    }

    @Test
    void stepsGoFromTheFirstRateToTheLast() {
        RateProfile profile = RateProfile.steps(10, 30, 3, 3 * SECOND);

        assertThat(profile.segments())
                .containsExactly(
                        new RateProfile.Segment(SECOND, 10, 10),
                        new RateProfile.Segment(SECOND, 20, 20),
                        new RateProfile.Segment(SECOND, 30, 30));
        assertThat(profile.records()).isEqualTo(60);
    }

    @Test
    void burstsComeAtTheEndOfEachPeriodAndTheLastOneIsCut() {
        RateProfile profile = RateProfile.bursts(10, 5, 4 * SECOND, SECOND, 7 * SECOND);

        assertThat(profile.segments())
                .containsExactly(
                        new RateProfile.Segment(3 * SECOND, 10, 10),
                        new RateProfile.Segment(SECOND, 50, 50),
                        new RateProfile.Segment(3 * SECOND, 10, 10));
        assertThat(profile.durationNanos()).isEqualTo(7 * SECOND);
    }

    @Test
    void poissonHasTheRateAndTheSpreadOfAPoissonProcessAndIsRepeatable() {
        Arrivals arrivals = Arrivals.poisson(RateProfile.constant(1000, 100 * SECOND), 7);

        List<Long> times = times(arrivals);

        assertThat(times).isSorted().isEqualTo(times(arrivals));
        assertThat((double) times.size()).isBetween(99_000.0, 101_000.0);
        double shortGaps = 0;
        for (int i = 1; i < times.size(); i++) {
            shortGaps += times.get(i) - times.get(i - 1) < SECOND / 1000 ? 1 : 0;
        }
        assertThat(shortGaps / times.size()).isBetween(0.62, 0.645); // 1 - 1/e
    }

    @Test
    void impossibleProfilesAreRefused() {
        assertThatThrownBy(() -> RateProfile.constant(-1, SECOND))
                .hasMessage("a rate must be a number not below 0, got: -1.0..-1.0");
        assertThatThrownBy(() -> RateProfile.constant(1, 0))
                .hasMessage("a segment's duration must be positive, got: 0 ns");
        assertThatThrownBy(() -> RateProfile.steps(1, 2, 1, SECOND)).hasMessage("steps must be at least 2, got: 1");
        assertThatThrownBy(() -> RateProfile.bursts(1, 2, 5, 5, SECOND))
                .hasMessage("a burst must be shorter than its period, got: 5 ns of 5 ns");
    }

    static List<Long> times(Schedule schedule) {
        List<Long> times = new ArrayList<>();
        Schedule.Cursor cursor = schedule.cursor();
        for (long at = cursor.next(); at != Schedule.Cursor.END; at = cursor.next()) {
            times.add(at);
        }
        return times;
    }
}
