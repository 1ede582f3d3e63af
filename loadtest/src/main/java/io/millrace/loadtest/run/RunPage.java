package io.millrace.loadtest.run;

import io.millrace.loadtest.report.Chart;
import io.millrace.loadtest.report.Chart.Point;
import io.millrace.loadtest.report.Chart.Series;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A run's report as one HTML file that needs nothing else: tables, and charts as SVG. */
final class RunPage {

    /** Into how many parts a time axis may be divided, the most pleasing first. */
    private static final List<Integer> PARTS = List.of(6, 5, 7, 4, 8, 3);

    private final RunReport report;
    private final Outcome outcome;
    private final double duration;

    RunPage(RunReport report) {
        this.report = report;
        this.outcome = report.outcome();
        this.duration = Math.max(1, outcome.generated().plannedNanos());
    }

    String html() throws IOException {
        String charts = latency() + distribution() + throughput() + lag() + batches() + cpu();
        return template()
                .replace("{{title}}", escape(outcome.scenario().name()))
                .replace("{{headline}}", escape(report.headline()))
                .replace(
                        "{{good}}",
                        outcome.invalid().isEmpty() && outcome.faults().isEmpty() ? "good" : "bad")
                .replace("{{figures}}", rows(report.figures()))
                .replace("{{costs}}", rows(report.costs()))
                .replace("{{charts}}", charts)
                .replace("{{machine}}", escape(report.machine().sentence()))
                .replace("{{scenario}}", escape(report.scenario()))
                .replace("{{command}}", escape(report.command()));
    }

    private static String rows(Map<String, String> figures) {
        return figures.entrySet().stream()
                .map(row -> "<tr><th>" + escape(row.getKey()) + "</th><td>" + escape(row.getValue()) + "</td></tr>\n")
                .collect(Collectors.joining());
    }

    private String latency() {
        return new Chart(
                        "Latency by second of intended send",
                        "ms",
                        seconds(),
                        List.of(
                                bySecond("p50", second -> second.p50() / 1e6),
                                bySecond("p99", second -> second.p99() / 1e6),
                                bySecond("max", second -> second.max() / 1e6)),
                        marks())
                .svg();
    }

    private String distribution() {
        List<String> ticks = List.of("0", "90", "99", "99.9", "99.99", "99.999");
        List<Series> series = new ArrayList<>();
        series.add(new Series("all", RunReport.distribution(outcome.latency())));
        if (outcome.closedLoop().getTotalCount() > 0) {
            series.add(new Series("in a closed loop", RunReport.distribution(outcome.closedLoop())));
        }
        return new Chart("Latency by percentile", "ms", ticks, series, List.of()).svg();
    }

    private String throughput() {
        return new Chart(
                        "Throughput",
                        "/s",
                        seconds(),
                        List.of(change("sent", sample -> sample.sent(), 1), change("seen", sample -> sample.seen(), 1)),
                        marks())
                .svg();
    }

    private String lag() {
        return new Chart(
                        "Lag: taken in by Kafka, not yet out",
                        "",
                        seconds(),
                        List.of(bySample("lag", Sample::lag)),
                        marks())
                .svg();
    }

    private String batches() {
        List<Point> points = outcome.insight().batches().stream()
                .map(batch -> point((double) batch.nanos(), batch.rows()))
                .toList();
        return points.isEmpty()
                ? ""
                : new Chart(
                                "Batch size",
                                "rows",
                                seconds(),
                                List.of(new Series("rows per call of the model", points)),
                                marks())
                        .svg();
    }

    private List<Chart.Mark> marks() {
        List<Chart.Mark> marks = new ArrayList<>();
        double warm = outcome.scenario().load().warmupNanos() / duration;
        if (warm > 0) {
            marks.add(new Chart.Mark(warm, "warmed up"));
        }
        outcome.events()
                .forEach(event -> marks.add(new Chart.Mark(Math.min(1, event.nanos() / duration), event.what())));
        return marks;
    }

    private String cpu() {
        return new Chart(
                        "CPU",
                        "cores",
                        seconds(),
                        List.of(
                                change("pipeline", sample -> sample.pipelineCpuNanos(), 1e-9),
                                change("broker", sample -> sample.brokerCpuNanos(), 1e-9),
                                change("load test", sample -> sample.harnessCpuNanos(), 1e-9)),
                        marks())
                .svg();
    }

    private List<String> seconds() {
        long whole = Math.round(duration / 1e9);
        int parts = PARTS.stream().filter(one -> whole % one == 0).findFirst().orElse(1);
        return IntStream.rangeClosed(0, parts)
                .mapToObj(i -> whole * i / parts + " s")
                .toList();
    }

    private Series bySecond(String name, ToDoubleFunction<Outcome.Second> figure) {
        return new Series(
                name,
                outcome.seconds().stream()
                        .map(second -> point((second.second() + 0.5) * 1e9, figure.applyAsDouble(second)))
                        .toList());
    }

    private Series bySample(String name, ToDoubleFunction<Sample> figure) {
        return new Series(
                name,
                outcome.samples().stream()
                        .map(sample -> point((double) sample.nanos(), figure.applyAsDouble(sample)))
                        .toList());
    }

    /** What a counter grew by per second between samples. */
    private Series change(String name, ToDoubleFunction<Sample> counter, double scale) {
        List<Sample> samples = outcome.samples();
        List<Point> points = new ArrayList<>();
        for (int i = 1; i < samples.size(); i++) {
            Sample before = samples.get(i - 1);
            Sample now = samples.get(i);
            double grown = counter.applyAsDouble(now) - counter.applyAsDouble(before);
            double seconds = Math.max(1, now.nanos() - before.nanos()) / 1e9;
            points.add(point((double) now.nanos(), Math.max(0, grown * scale / seconds)));
        }
        return new Series(name, points);
    }

    private Point point(double nanos, double y) {
        return new Point(Math.max(0, Math.min(1, nanos / duration)), y);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String template() throws IOException {
        try (InputStream in = Objects.requireNonNull(RunPage.class.getResourceAsStream("report.html"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
