package io.millrace.loadtest.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.millrace.loadtest.report.Chart;
import io.millrace.loadtest.report.Machine;
import io.millrace.loadtest.report.Texts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Writes what a run showed: {@code report.md}, {@code report.html}, {@code report.json} and {@code latency.hlog}. */
record RunReport(Machine machine, String command, Outcome outcome) {

    private static final int MOST_THREADS = 8;
    private static final long SECOND = 1_000_000_000;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final int DISTRIBUTION_POINTS = 80;
    /** From the least to the percentile 99.999. */
    private static final double NINES = 5;

    /** Writes durations as ISO 8601 does. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .addModule(new SimpleModule().addSerializer(Duration.class, ToStringSerializer.instance))
            .build();

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), markdown());
        Files.writeString(folder.resolve("report.html"), new RunPage(this).html());
        JSON.writeValue(folder.resolve("report.json").toFile(), json());
        try (PrintStream stream = new PrintStream(folder.resolve("latency.hlog").toFile(), "UTF-8")) {
            HistogramLogWriter writer = new HistogramLogWriter(stream);
            writer.outputLogFormatVersion();
            writer.outputLegend();
            writeTagged(writer, "latency", outcome.latency());
            writeTagged(writer, "schedule-delay", outcome.generated().scheduleDelay());
            writeTagged(writer, "alerts", outcome.alerts());
            writeTagged(writer, "closed-loop", outcome.closedLoop());
        }
    }

    /** VALID or not, and whether anything was wrong, in a few words. */
    String headline() {
        return outcome.invalid()
                .map(reason -> "INVALID: " + reason)
                .orElseGet(() -> outcome.faults().isEmpty()
                        ? "Every record came out once, in order"
                        : "FAULTY: " + String.join(", ", outcome.faults()));
    }

    /** Figures by name, for the tables. */
    Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("offered", Texts.count(outcome.generated().rate()) + " records/s");
        figures.put("account", Texts.account(outcome.verdict()));
        figures.put("latency", Texts.latency(outcome.latency()));
        if (outcome.closedLoop().getTotalCount() > 0) {
            figures.put(
                    "latency in a closed loop",
                    Texts.latency(outcome.closedLoop())
                            + String.format(
                                    Locale.ROOT,
                                    " (%,d records)",
                                    outcome.closedLoop().getTotalCount()));
        }
        if (secondOrMore() > 0) {
            figures.put("a second or more", String.format(Locale.ROOT, "%,d records", secondOrMore()));
        }
        if (outcome.alerts().getTotalCount() > 0) {
            figures.put("latency of alerts", Texts.latency(outcome.alerts()));
        }
        figures.put("schedule delay", Texts.latency(outcome.generated().scheduleDelay()));
        figures.put("lag slope", String.format(Locale.ROOT, "%.2f %% of the load", outcome.lagSlope() * 100));
        figures.put("CPU of the pipeline", String.format(Locale.ROOT, "%.1f µs/record", outcome.cpuPerRecord() / 1000));
        figures.put(
                "resident memory",
                String.format(Locale.ROOT, "%,.0f MiB at most", outcome.mostResidentBytes() / 1048576.0));
        outcome.insight().machine().forEach(jvm -> {
            figures.put("virtual machine", jvm.words());
            figures.put("threads", jvm.threadWords() + " on average");
        });
        if (!outcome.events().isEmpty()) {
            figures.put(
                    "events",
                    outcome.events().stream()
                            .map(event -> String.format(Locale.ROOT, "%.1f s: %s", event.seconds(), event.what()))
                            .collect(Collectors.joining("; ")));
        }
        return figures;
    }

    /** Records so late that a person would notice: too few for a percentile, perhaps. */
    private long secondOrMore() {
        return outcome.latency().getCountBetweenValues(SECOND, Long.MAX_VALUE);
    }

    /** Where the pipeline's time goes, by thread and by stage, in microseconds per record. */
    Map<String, String> costs() {
        Map<String, String> costs = new LinkedHashMap<>();
        double records = Math.max(1, outcome.loadedRecords());
        outcome.insight().threads().stream()
                .limit(MOST_THREADS)
                .forEach(thread -> costs.put(
                        "thread " + thread.name(),
                        String.format(
                                Locale.ROOT,
                                "%.2f s of CPU, %.2f µs/record",
                                thread.cpuNanos() / 1e9,
                                thread.cpuNanos() / 1e3 / records)));
        outcome.insight().stages().forEach(stage -> costs.put(stage.label(), stage.words(records)));
        return costs;
    }

    String markdown() {
        StringBuilder text =
                new StringBuilder("# ").append(outcome.scenario().name()).append("\n\n");
        text.append(headline()).append(".\n\n| | |\n|---|---|\n");
        figures().forEach((name, value) -> text.append("| ")
                .append(name)
                .append(" | ")
                .append(value)
                .append(" |\n"));
        if (!costs().isEmpty()) {
            text.append("\n| where the time goes | |\n|---|---|\n");
            costs().forEach((name, value) ->
                    text.append("| ").append(name).append(" | ").append(value).append(" |\n"));
        }
        text.append("\nLatency is from the intended send of a record until a read_committed consumer sees its")
                .append(" prediction, without the warm-up.\n\n");
        return text.append(machine.sentence())
                .append("\n\n`")
                .append(command)
                .append("`\n")
                .toString();
    }

    /** The scenario in full, as JSON. */
    String scenario() {
        try {
            return JSON.writeValueAsString(outcome.scenario());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a scenario can always be written", e);
        }
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("headline", headline());
        json.put("valid", outcome.invalid().isEmpty());
        json.put("faults", outcome.faults());
        json.put("sustained", outcome.sustained());
        json.put("offeredPerSecond", outcome.generated().rate());
        json.put("verdict", outcome.verdict());
        json.put("latencyNanos", percentiles(outcome.latency()));
        json.put("secondOrMore", secondOrMore());
        json.put("alertLatencyNanos", percentiles(outcome.alerts()));
        json.put("closedLoopLatencyNanos", percentiles(outcome.closedLoop()));
        json.put("scheduleDelayNanos", percentiles(outcome.generated().scheduleDelay()));
        json.put("lagSlope", outcome.lagSlope());
        json.put("cpuNanosPerRecord", outcome.cpuPerRecord());
        json.put("residentBytes", outcome.mostResidentBytes());
        json.put("inside", outcome.insight());
        json.put("events", outcome.events());
        json.put("seconds", outcome.seconds());
        json.put("samples", outcome.samples());
        json.put("scenario", outcome.scenario());
        json.put("machine", machine);
        json.put("command", command);
        return json;
    }

    private static Map<String, Long> percentiles(Histogram histogram) {
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("count", histogram.getTotalCount());
        for (double percentile : PERCENTILES) {
            values.put("p" + percentile, histogram.getValueAtPercentile(percentile));
        }
        values.put("max", histogram.getMaxValue());
        return values;
    }

    private static void writeTagged(HistogramLogWriter writer, String tag, Histogram histogram) {
        Histogram copy = histogram.copy();
        copy.setTag(tag);
        writer.outputIntervalHistogram(0, 1, copy, 1e6);
    }

    /** The distribution, with as much room for each further nine. */
    static List<Chart.Point> distribution(Histogram latency) {
        return IntStream.rangeClosed(0, DISTRIBUTION_POINTS)
                .mapToObj(i -> {
                    double nines = NINES * i / DISTRIBUTION_POINTS;
                    double percentile = 100 - 100 * Math.pow(10, -nines);
                    return new Chart.Point(nines / NINES, latency.getValueAtPercentile(percentile) / 1e6);
                })
                .toList();
    }
}
