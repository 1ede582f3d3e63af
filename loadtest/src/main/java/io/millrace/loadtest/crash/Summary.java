package io.millrace.loadtest.crash;

import io.millrace.loadtest.crash.Verdict.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A round's result for people. */
final class Summary {
    private Summary() {}

    static List<String> of(Round.Result result) {
        Verdict verdict = result.verdict();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-26s %,d records (%,d malformed, %,d alerts), %d kills, %d restarts, %d s: lost %,d, doubled %,d,"
                        + " out of order %,d, wrong %,d, dead letters wrong %,d, alerts wrong %,d",
                result.variant().id(),
                verdict.records,
                verdict.malformed,
                verdict.alerts,
                result.kills(),
                result.restarts(),
                result.seconds(),
                verdict.count(Fault.LOST),
                verdict.count(Fault.DOUBLED),
                verdict.count(Fault.DISORDERED),
                verdict.count(Fault.WRONG),
                verdict.count(Fault.DEAD_LETTER),
                verdict.count(Fault.ALERT)));
        if (!result.variant().exactlyOnce()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  allowed at least once: %,d outputs again, %,d first outputs on a state that a replay has moved",
                    verdict.replayed,
                    verdict.differing));
        }
        lines.add("  " + result.blows());
        result.deaths().forEach(death -> lines.add("  " + death));
        verdict.examples().forEach(example -> lines.add("  " + example));
        return lines;
    }
}
