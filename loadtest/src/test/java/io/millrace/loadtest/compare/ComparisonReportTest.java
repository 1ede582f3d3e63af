package io.millrace.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.loadtest.compare.ComparisonReport.Result;
import io.millrace.loadtest.pipeline.Contestant;
import io.millrace.loadtest.pipeline.Model;
import io.millrace.loadtest.report.Machine;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {

    @Test
    void givesMediansAndWhatTheBaselineDoesNotExplain() {
        // Given: from 1 to 64 partitions the pass-through takes 1.25 times as much, Millrace 1.5 times
        Result one = new Result(
                new Case(Model.MLP16, true, 1, 10),
                List.of(
                        standing(Contestant.MILLRACE, 4000, 90, 100, 110),
                        standing(Contestant.PASS_THROUGH, 2000, 200)));
        Result many = new Result(
                new Case(Model.MLP16, true, 64, 10),
                List.of(standing(Contestant.MILLRACE, 6000, 70), standing(Contestant.PASS_THROUGH, 2500, 160)));

        // When
        String text = report(one, many).markdown();

        // Then
        assertThat(text)
                .contains("| millrace | 100 | 90 – 110 | 0.50 | 3.00 | 1.00 |")
                .contains(
                        "| millrace | mlp16, exactly once, 64 partitions, 10 devices | 70 | 0.70 | -13 % | 6.00 | 1.50 |"
                                + " +20 % |")
                .contains(
                        "| pass-through | mlp16, exactly once, 64 partitions, 10 devices | 160 | 0.80 |  | 2.50 | 1.25 |  |");
    }

    @Test
    void hasNoSecondTableForOneCase() {
        Result only =
                new Result(new Case(Model.MLP16, false, 8, 1000), List.of(standing(Contestant.MILLRACE, 4000, 100)));

        assertThat(report(only).markdown())
                .contains("at least once")
                .doesNotContain("beyond")
                .doesNotContain("NaN");
    }

    private static ComparisonReport report(Result... results) {
        Plan plan = new Plan(
                List.of(Contestant.MILLRACE, Contestant.PASS_THROUGH), 3, 5, 1_000_000, 100, 1, "1g", "", Map.of());
        return new ComparisonReport(Machine.here(), "compare", plan, Contestant.PASS_THROUGH, List.of(results));
    }

    private static Standing standing(Contestant contestant, double nanos, double... rates) {
        List<Drain> drains = DoubleStream.of(rates)
                .mapToObj(rate -> new Drain(rate, nanos * 3 / 4, nanos / 4, 1 << 20))
                .toList();
        return new Standing(contestant, drains, List.of());
    }
}
