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
import java.util.Map;

/** Writes the tables of a comparison, as Markdown for people and as JSON for programs. */
record ComparisonReport(
        Machine machine,
        String command,
        Comparison.Plan plan,
        Contestant baseline,
        Map<String, List<Standing>> standings) {

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("compare.md"), markdown());
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve("compare.json").toFile(), this);
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        standings.forEach((model, rows) -> {
            text.append(String.format(
                    Locale.ROOT,
                    "**%s**, %s, commit every %d ms, %,d records in %d partitions of %,d devices, %d stream thread(s), median of %d rounds%n%n",
                    model,
                    plan.exactlyOnce() ? "exactly-once" : "at-least-once",
                    plan.commitMillis(),
                    plan.records(),
                    plan.partitions(),
                    plan.devices(),
                    plan.threads(),
                    plan.rounds()));
            text.append("| | records/s | least – most | × ").append(baseline.label());
            text.append(" | CPU µs/record | broker µs/record | resident MiB | verified |\n");
            text.append("|---|--:|--:|--:|--:|--:|--:|---|\n");
            double reference = rows.stream()
                    .filter(row -> row.contestant() == baseline)
                    .mapToDouble(row -> row.median(Drain::rate))
                    .findFirst()
                    .orElse(Double.NaN);
            rows.forEach(row -> text.append(line(row, reference)));
            text.append('\n');
        });
        text.append(machine.sentence()).append("\n\n`").append(command).append("`\n");
        return text.toString();
    }

    private static String line(Standing row, double reference) {
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f – %,.0f | %.2f | %.2f | %.2f | %,.0f | %s |%n",
                row.contestant().label(),
                row.median(Drain::rate),
                row.least(Drain::rate),
                row.most(Drain::rate),
                row.median(Drain::rate) / reference,
                row.median(Drain::cpuNanos) / 1000,
                row.median(Drain::brokerNanos) / 1000,
                row.median(drain -> drain.residentBytes() / 1048576.0),
                row.faults().isEmpty() ? "every record once, in order" : String.join(", ", row.faults()));
    }
}
