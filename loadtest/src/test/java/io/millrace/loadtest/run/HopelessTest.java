package io.millrace.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.loadtest.scenario.Scenarios;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class HopelessTest {

    private static final long SECOND = 1_000_000_000;
    private static final long SLOW = Duration.ofMillis(200).toNanos();

    private final Histogram latency = new Histogram(3);

    /** 1,000 records/s for 10 s after 5 s: a hundred late ones are one in a hundred. */
    private static Hopeless within(String slo) throws IOException {
        return new Hopeless(Scenarios.read(
                null, Map.of("load.rate", "1000", "load.for", "10s", "load.warmup", "5s", "limits.p99", slo)));
    }

    @Test
    void isHopelessOnceMoreThanOneInAHundredCameLate() throws IOException {
        latency.recordValueWithCount(SLOW, 100);
        assertThat(within("100ms").reason(14 * SECOND, 0, latency)).isEmpty();

        latency.recordValue(SLOW);
        assertThat(within("100ms").reason(14 * SECOND, 0, latency)).isPresent();
    }

    @Test
    void countsThoseThatHaveBeenOnTheirWayForTooLong() throws IOException {
        assertThat(within("100ms").reason(7 * SECOND, 200, latency)).isEmpty();
        assertThat(within("100ms").reason(7 * SECOND, 201, latency)).isPresent();
    }

    @Test
    void forgivesWhatTheWarmUpLeftBehind() throws IOException {
        assertThat(within("100ms").reason(5 * SECOND, 5000, latency)).isEmpty();
    }

    @Test
    void withoutALimitItIsTenSecondsOfLag() throws IOException {
        assertThat(within("0s").reason(14 * SECOND, 10_000, latency)).isEmpty();
        assertThat(within("0s").reason(14 * SECOND, 10_001, latency)).isPresent();
    }
}
