package io.millrace.loadtest.run;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A distribution in the pipeline's Prometheus metrics, over the time between two readings.
 *
 * @param name with its labels
 * @param count observations
 * @param mean in the metric's own unit
 */
record StageTime(String name, double count, double mean) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Series by name and labels, or nothing where there are no metrics to read. */
    static Map<String, Double> read(String url) throws InterruptedException {
        Map<String, Double> series = new TreeMap<>();
        if (url.isBlank()) {
            return series;
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            String body =
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
            body.lines()
                    .filter(line -> !line.startsWith("#") && line.contains(" "))
                    .forEach(line -> {
                        int space = line.lastIndexOf('}') < 0
                                ? line.indexOf(' ')
                                : line.indexOf(' ', line.lastIndexOf('}'));
                        series.put(
                                line.substring(0, space),
                                number(line.substring(space + 1).split(" ", 2)[0]));
                    });
        } catch (IOException e) {
            series.clear(); // the pipeline has no metrics there, and a run does not need them
        }
        return series;
    }

    /** What was observed between two readings. */
    static List<StageTime> between(Map<String, Double> before, Map<String, Double> after) {
        List<StageTime> times = new ArrayList<>();
        after.forEach((name, count) -> {
            int suffix = name.replaceAll("\\{.*", "").lastIndexOf("_count");
            if (suffix < 0 || !name.startsWith("millrace")) {
                return;
            }
            String sum = name.substring(0, suffix) + "_sum" + name.substring(suffix + "_count".length());
            double counted = count - before.getOrDefault(name, 0.0);
            double summed = after.getOrDefault(sum, 0.0) - before.getOrDefault(sum, 0.0);
            if (counted > 0) {
                times.add(new StageTime(plain(name), counted, summed / counted));
            }
        });
        return times;
    }

    private static final String STAGE = "millrace_stage_duration_seconds{stage=\"";

    /** The stage, or the metric's name as it is. */
    String label() {
        return name.startsWith(STAGE)
                ? "stage " + name.substring(STAGE.length(), name.indexOf('"', STAGE.length()))
                : name;
    }

    /**
     * What it comes to.
     *
     * @param records that came out meanwhile
     */
    String words(double records) {
        return name.startsWith(STAGE)
                ? String.format(
                        Locale.ROOT,
                        "%.2f µs/record (%,.0f times %.0f µs)",
                        count * mean * 1e6 / records,
                        count,
                        mean * 1e6)
                : String.format(Locale.ROOT, "%.4g on average, %,.0f times", mean, count);
    }

    /** Without the suffix, and without the label by which OpenTelemetry says who measured. */
    private static String plain(String series) {
        return series.replace("_count", "")
                .replaceAll("otel_scope_[a-z]+=\"[^\"]*\",?", "")
                .replace("{}", "");
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.replace("Inf", "Infinity"));
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
