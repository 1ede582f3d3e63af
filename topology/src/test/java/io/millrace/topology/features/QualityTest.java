package io.millrace.topology.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.config.QualityConfig;
import io.millrace.topology.decode.Event;
import io.millrace.topology.features.Quality.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QualityTest {
    private static final long NOW = 1_764_000_000_000L;

    private final Quality quality = new Quality(
            List.of(
                    Limits.none("/free", 0),
                    new Limits("/bounded", 1, -40, 125.5, QualityConfig.Limits.NEVER),
                    new Limits("/watched", 2, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 3)),
            5000);
    private final StateLayout layout = new StateLayout(new int[] {2}, 1, new int[] {0}, 0, 1);

    private @Nullable String judge(long timeMs, double... values) {
        Event event = new Event(values.length);
        event.reset(timeMs);
        System.arraycopy(values, 0, event.values(), 0, values.length);
        return quality.judge(event, NOW);
    }

    @Test
    void aSoundEventCanBeJudged() {
        assertThat(judge(NOW, 0, 0, 0)).isNull();
        assertThat(judge(NOW, -1e300, -40, 1e300)).isNull();
        assertThat(judge(NOW, 0, 125.5, 0)).isNull();
    }

    @Test
    void aMissingValueIsNamed() {
        assertThat(judge(NOW, Double.NaN, 0, 0)).isEqualTo("missing /free");
        assertThat(judge(NOW, 0, 999, Double.NaN))
                .as("the first reason in the fields' order")
                .startsWith("out-of-range");
        assertThat(judge(NOW, 0, 0, Double.NaN)).isEqualTo("missing /watched");
    }

    @Test
    void aValueOutOfRangeIsToldWithItsRange() {
        assertThat(judge(NOW, 0, 125.6, 0))
                .isEqualTo("out-of-range /bounded: must be between -40.0 and 125.5, got: 125.6");
        assertThat(judge(NOW, 0, -40.01, 0))
                .isEqualTo("out-of-range /bounded: must be between -40.0 and 125.5, got: -40.01");
    }

    @Test
    void anEventFromTheFutureIsRefusedBeyondTheLimitOnly() {
        assertThat(judge(NOW + 5000, 0, 0, 0)).isNull();
        assertThat(judge(NOW + 5001, 0, 0, 0))
                .isEqualTo("clock-ahead: event time is 5001 ms ahead of the record's, more than 5000");
        assertThat(judge(0, 0, 0, 0)).as("a late one is not from the future").isNull();
    }

    @Test
    void noClockIsAheadOfARecordWithoutATimestamp() {
        Event event = new Event(3);
        event.reset(NOW);
        event.setValue(0, 0);
        event.setValue(1, 0);
        event.setValue(2, 0);

        assertThat(quality.judge(event, -1)).isNull();
    }

    @Test
    void anEventBeforeTheDevicesLastIsLate() {
        DeviceState past = new DeviceState(layout);
        assertThat(Quality.judgeOrder(Long.MIN_VALUE, past)).as("the first").isNull();

        past.accept(new double[] {0, 0, 0}, NOW);

        assertThat(Quality.judgeOrder(NOW, past))
                .as("the same time is not late")
                .isNull();
        assertThat(Quality.judgeOrder(NOW + 1, past)).isNull();
        assertThat(Quality.judgeOrder(NOW - 1, past)).isEqualTo("late: event time is 1 ms before the device's last");
    }

    @Test
    void aSensorIsFrozenFromTheConfiguredRepetitionOnAndThaws() {
        DeviceState state = new DeviceState(layout);

        state.accept(new double[] {0, 0, 7}, 0);
        state.accept(new double[] {0, 0, 7}, 1);
        assertThat(quality.judgeFrozen(state)).isNull();

        state.accept(new double[] {0, 0, 7}, 2);
        assertThat(quality.judgeFrozen(state)).isEqualTo("frozen /watched: 3 equal values in a row");

        state.accept(new double[] {0, 0, 7}, 3);
        assertThat(quality.judgeFrozen(state)).isEqualTo("frozen /watched: 4 equal values in a row");

        state.accept(new double[] {0, 0, 7.5}, 4);
        assertThat(quality.judgeFrozen(state)).isNull();
    }
}
