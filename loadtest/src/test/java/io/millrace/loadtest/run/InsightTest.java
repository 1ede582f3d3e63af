package io.millrace.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.loadtest.process.JvmProbe;
import io.millrace.loadtest.process.ThreadCost;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InsightTest {

    private static final long SECOND = 1_000_000_000;
    private static final List<Sample> SAMPLES = List.of(sample(0, 0), sample(1, 1000), sample(3, 3000));

    @Test
    void tellsWhatTheMachineDidBetweenTheWarmupAndTheEnd() {
        Insight insight = Insight.of(
                List.of(
                        reading(0, Map.of(), figures(1, 100, 1 << 20, 50)),
                        reading(1, Map.of(), figures(2, 200, 5_000_000, 90)),
                        reading(2, Map.of(), figures(3, 220, 6_000_000, 70)),
                        reading(3, Map.of(), figures(4, 240, 9_000_000, 60)),
                        reading(9, Map.of(), figures(99, 9999, 99_000_000, 999))),
                SAMPLES,
                SECOND,
                4 * SECOND);

        assertThat(insight.machine()).hasSize(1);
        Insight.Machine machine = insight.machine().get(0);
        assertThat(machine.collections()).isEqualTo(2);
        assertThat(machine.collectionShare()).isEqualTo(0.02);
        assertThat(machine.allocatedPerRecord()).isEqualTo(2000);
        assertThat(machine.mostHeapBytes()).isEqualTo(90);
        assertThat(machine.threads().get("RUNNABLE")).isEqualTo(2.0, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(machine.words())
                .isEqualTo("2 collections, 2.00 % of the time; 2,000 bytes allocated per record; heap 0 MiB at most");
        assertThat(machine.threadWords()).isEqualTo("2.0 runnable");
    }

    @Test
    void tellsBatchesBySecondOverAllTasksAndCostsByThread() {
        Insight insight = Insight.of(
                List.of(
                        reading(1, batches(10, 100, 10, 100), null),
                        reading(2, batches(20, 400, 10, 100), null),
                        reading(3, batches(20, 400, 10, 100), null)),
                SAMPLES,
                0,
                4 * SECOND);

        assertThat(insight.batches()).containsExactly(new Insight.Batches(2 * SECOND, 30));
        assertThat(insight.threads()).containsExactly(new ThreadCost("stream", 2_000_000));
        assertThat(insight.machine()).isEmpty();
    }

    @Test
    void oneReadingTellsNothing() {
        assertThat(Insight.of(List.of(reading(1, Map.of(), null)), SAMPLES, 0, SECOND))
                .isEqualTo(Insight.none());
    }

    private static Inside.Reading reading(long second, Map<String, Double> series, JvmProbe.@Nullable Figures machine) {
        return new Inside.Reading(second * SECOND, series, machine, Map.of("stream", second * 1_000_000));
    }

    private static Map<String, Double> batches(double calls, double rows, double otherCalls, double otherRows) {
        return Map.of(
                "millrace_batch_rows_count{task=\"0\"}", calls,
                "millrace_batch_rows_sum{task=\"0\"}", rows,
                "millrace_batch_rows_count{task=\"1\"}", otherCalls,
                "millrace_batch_rows_sum{task=\"1\"}", otherRows);
    }

    private static JvmProbe.Figures figures(long collections, long millis, long allocated, long heap) {
        return new JvmProbe.Figures(collections, millis, allocated, heap, Map.of("RUNNABLE", 2L));
    }

    private static Sample sample(long second, long seen) {
        return new Sample(second * SECOND, seen, seen, 0, 0, 0, 0);
    }
}
