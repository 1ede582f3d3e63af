package io.millrace.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.loadtest.generate.Generated;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.scenario.Scenarios;
import io.millrace.loadtest.verify.Ledger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void aPipelineThatKeepsUpIsSustained() throws IOException {
        Outcome outcome = outcome(20, 0, 0);

        assertThat(outcome.lagSlope()).isZero();
        assertThat(outcome.sustained()).isTrue();
        assertThat(outcome.cpuPerRecord()).isEqualTo(5000);
    }

    @Test
    void aLagThatGrowsByTwoPercentOfTheLoadIsNotSustained() throws IOException {
        Outcome outcome = outcome(20, 0.02, 0);

        assertThat(outcome.lagSlope()).isBetween(0.019, 0.021);
        assertThat(outcome.faults()).isEmpty();
        assertThat(outcome.sustained()).isFalse();
    }

    @Test
    void aLatencyBeyondItsLimitIsAFault() throws IOException {
        assertThat(outcome(80, 0, 0).faults())
                .singleElement()
                .asString()
                .startsWith("p99 must be at most 50 ms, got: ");
    }

    @Test
    void aGeneratorThatFellBehindMakesARunInvalidAndNotSustained() throws IOException {
        Outcome outcome = outcome(20, 0, 100);

        assertThat(outcome.invalid()).isPresent();
        assertThat(outcome.sustained()).isFalse();
    }

    private static Outcome outcome(long latencyMillis, double lagShare, long scheduleDelayMillis) throws IOException {
        Scenario scenario = Scenarios.read(null, Map.of("limits.p99", "50ms", "load.warmup", "5s"));
        Histogram latency = new Histogram(3);
        latency.recordValue(latencyMillis * 1_000_000);
        Histogram delay = new Histogram(3);
        delay.recordValue(scheduleDelayMillis * 1_000_000);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i <= 30; i++) {
            long sent = i * 1000L;
            long seen = Math.round(sent * (1 - lagShare));
            samples.add(new Sample(i * SECOND, sent, seen, sent * 5000, 0, 0, 1));
        }
        Generated generated = new Generated(30_000, 0, 30 * SECOND, 30 * SECOND, delay);
        return new Outcome(
                scenario,
                generated,
                new Ledger().verdict(),
                latency,
                new Histogram(3),
                new Histogram(3),
                List.of(),
                samples,
                Insight.none(),
                List.of(),
                Optional.empty());
    }
}
