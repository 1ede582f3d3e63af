package io.millrace.loadtest.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.loadtest.pipeline.Contestant;
import io.millrace.loadtest.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Writes the tables of a comparison, as Markdown for people and as JSON for programs. */
record ComparisonReport(Machine machine, String command, Plan plan, Contestant baseline, List<Result> results) {

    /** One case, and how everybody did. */
    record Result(Case what, List<Standing> standings) {

        Optional<Standing> of(Contestant contestant) {
            return standings.stream()
                    .filter(standing -> standing.contestant() == contestant)
                    .findFirst();
        }
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("compare.md"), markdown());
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve("compare.json").toFile(), this);
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        results.forEach(result -> table(text, result));
        if (results.size() > 1) {
            growth(text);
        }
        return text.append(machine.sentence())
                .append("\n\n`")
                .append(command)
                .append("`\n")
                .toString();
    }

    private void table(StringBuilder text, Result result) {
        text.append(String.format(
                Locale.ROOT,
                "**%s**, commit every %d ms, %d stream thread(s): %,d records a round, medians of %d rounds after %d to warm up%n%n",
                result.what().label(),
                plan.commitMillis(),
                plan.threads(),
                plan.records(),
                plan.rounds(),
                plan.warmUps()));
        text.append("| | records/s | least – most | × ").append(baseline.label());
        text.append(" | CPU µs/record | broker µs/record | resident MiB | verified |\n");
        text.append("|---|--:|--:|--:|--:|--:|--:|---|\n");
        double reference =
                result.of(baseline).map(row -> row.median(Drain::rate)).orElse(Double.NaN);
        result.standings().forEach(row -> text.append(line(row, reference)));
        text.append('\n');
    }

    private static String line(Standing row, double reference) {
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f – %,.0f | %s | %.2f | %.2f | %,.0f | %s |%n",
                row.contestant().label(),
                row.median(Drain::rate),
                row.least(Drain::rate),
                row.most(Drain::rate),
                times(row.median(Drain::rate) / reference),
                row.median(Drain::cpuNanos) / 1000,
                row.median(Drain::brokerNanos) / 1000,
                row.median(drain -> drain.residentBytes() / 1048576.0),
                row.faults().isEmpty() ? "every record once, in order" : String.join(", ", row.faults()));
    }

    /** How everybody's figures change from the first case to the others, and how much of that is not the baseline's. */
    private void growth(StringBuilder text) {
        text.append("Against the first case; *beyond* is what is left when the change of ")
                .append(baseline.label())
                .append(" is taken out. CPU is the contestant's and the broker's together.\n\n");
        text.append("| | | records/s | × first | beyond | CPU µs/record | × first | beyond |\n");
        text.append("|---|---|--:|--:|--:|--:|--:|--:|\n");
        for (Contestant contestant : plan.contestants()) {
            for (Result result : results) {
                result.of(contestant)
                        .ifPresent(row -> text.append(String.format(
                                Locale.ROOT,
                                "| %s | %s | %,.0f | %s | %s | %.2f | %s | %s |%n",
                                contestant.label(),
                                result.what().label(),
                                row.median(Drain::rate),
                                times(change(contestant, result, Drain::rate)),
                                beyond(contestant, result, Drain::rate),
                                row.median(Drain::allNanos) / 1000,
                                times(change(contestant, result, Drain::allNanos)),
                                beyond(contestant, result, Drain::allNanos))));
            }
        }
        text.append('\n');
    }

    private double change(Contestant contestant, Result result, ToDoubleFunction<Drain> figure) {
        double first = median(contestant, results.get(0), figure);
        return median(contestant, result, figure) / first;
    }

    private static double median(Contestant contestant, Result result, ToDoubleFunction<Drain> figure) {
        return result.of(contestant).map(row -> row.median(figure)).orElse(Double.NaN);
    }

    private String beyond(Contestant contestant, Result result, ToDoubleFunction<Drain> figure) {
        double more = change(contestant, result, figure) / change(baseline, result, figure) - 1;
        boolean itself = contestant == baseline || result.equals(results.get(0));
        return itself || Double.isNaN(more) ? "" : String.format(Locale.ROOT, "%+.0f %%", more * 100);
    }

    private static String times(double ratio) {
        return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }
}
