package io.millrace.loadtest.run;

import io.millrace.loadtest.report.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One rate that was tried.
 *
 * @param search which of the repetitions, from 1
 * @param valid whether the generator kept to its schedule
 * @param reasons why it was not sustained; empty if it was
 */
record Trial(
        int search,
        double rate,
        boolean valid,
        boolean sustained,
        double lagSlope,
        long p50Nanos,
        long p99Nanos,
        double cpuNanosPerRecord,
        List<String> reasons) {

    static Trial of(int search, Outcome outcome) {
        List<String> reasons = new ArrayList<>();
        outcome.invalid().ifPresent(reasons::add);
        reasons.addAll(outcome.faults());
        if (reasons.isEmpty() && !outcome.sustained()) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "the lag must grow by at most %.0f %% of the load, grew by %.1f %%",
                    Outcome.TOLERATED_LAG_SLOPE * 100,
                    outcome.lagSlope() * 100));
        }
        return new Trial(
                search,
                outcome.scenario().load().rate(),
                outcome.invalid().isEmpty(),
                outcome.sustained(),
                outcome.lagSlope(),
                outcome.latency().getValueAtPercentile(50),
                outcome.latency().getValueAtPercentile(99),
                outcome.cpuPerRecord(),
                reasons);
    }

    /** What came of it, for who watches. */
    String words() {
        return String.format(
                Locale.ROOT,
                "search %d: %,9.0f records/s %s, p99 %s ms%s",
                search,
                rate,
                sustained ? "sustained" : valid ? "not sustained" : "invalid",
                Texts.millis(p99Nanos),
                reasons.isEmpty() ? "" : ": " + String.join("; ", reasons));
    }

    /** A row of a Markdown table. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %d | %,.0f | %s | %s | %s | %.2f | %s |",
                search,
                rate,
                sustained ? "yes" : valid ? "no" : "invalid",
                Texts.millis(p50Nanos),
                Texts.millis(p99Nanos),
                cpuNanosPerRecord / 1000,
                String.join("; ", reasons));
    }
}
