package io.millrace.deploy.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.deploy.page.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a demonstration has shown.
 *
 * @param eventsIn readings that the broker has acknowledged
 * @param seen what came out, seen by a consumer of committed records
 * @param findings the alerts, held against the faults that were injected
 * @param seconds how long the fleet has reported
 * @param firstPredictionMs from the start of the process to the first prediction; negative if there was none
 */
public record DemoReport(long eventsIn, Summary seen, Findings findings, double seconds, long firstPredictionMs) {

    /** Readings that neither a prediction nor a dead letter tells of. */
    public long unaccounted() {
        return eventsIn - seen.predictions() - seen.deadLetters();
    }

    long found() {
        return findings.outcomes().stream().filter(Findings.Outcome::found).count();
    }

    /** For a person. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (seen.predictions() == 0) {
            lines.add("it ended before a prediction was seen; readings sent so far: " + eventsIn);
            return lines;
        }
        add(lines, "events in", "%,d (%,.0f/s)", eventsIn, eventsIn / Math.max(seconds, 0.001));
        add(
                lines,
                "came out",
                "%,d predictions (%,d insufficient) + %,d dead letters; unaccounted for: %,d",
                seen.predictions(),
                seen.insufficient(),
                seen.deadLetters(),
                unaccounted());
        add(
                lines,
                "latency",
                "p50 %.0f ms, p99 %.0f ms from a reading's time until its prediction was committed and seen",
                seen.latency().p50Ms(),
                seen.latency().p99Ms());
        add(
                lines,
                "alerts",
                "%d raised, %d cleared, %d false",
                findings.raised(),
                findings.cleared(),
                findings.falseAlerts());
        add(lines, "faults", "%d injected, %d found", findings.outcomes().size(), found());
        Arrays.stream(FaultKind.values())
                .filter(kind -> findings.injected(kind) > 0)
                .forEach(kind -> add(lines, "", "  %s", kindLine(kind)));
        add(lines, "start-up", "%.1f s from launch to the first prediction", firstPredictionMs / 1000.0);
        lines.add("");
        lines.add("The faults are the simulator's own schedule: a demonstration, not evidence of a model's quality.");
        return lines;
    }

    private String kindLine(FaultKind kind) {
        OptionalLong delay = findings.medianDelayMs(kind);
        return String.format(
                Locale.ROOT,
                "%-16s %d of %d found%s%s",
                name(kind),
                findings.found(kind),
                findings.injected(kind),
                delay.isPresent() ? String.format(Locale.ROOT, " after %.1f s", delay.getAsLong() / 1000.0) : "",
                kind.callsForAlert() ? "" : " (as predictions that say INSUFFICIENT, not as an alert)");
    }

    /** {@code closing valve}. */
    static String name(FaultKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void add(List<String> lines, String part, String format, Object... values) {
        lines.add(String.format(Locale.ROOT, "%-11s", part) + String.format(Locale.ROOT, format, values));
    }

    /** For a script. */
    public String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("eventsIn", eventsIn)
                .put("predictions", seen.predictions())
                .put("insufficient", seen.insufficient())
                .put("deadLetters", seen.deadLetters())
                .put("unaccounted", unaccounted())
                .put("eventsPerSecond", eventsIn / Math.max(seconds, 0.001))
                .put("latencyP50Ms", seen.latency().p50Ms())
                .put("latencyP99Ms", seen.latency().p99Ms())
                .put("alertsRaised", findings.raised())
                .put("alertsCleared", findings.cleared())
                .put("falseAlerts", findings.falseAlerts())
                .put("faultsInjected", findings.outcomes().size())
                .put("faultsFound", found())
                .put("firstPredictionMs", firstPredictionMs);
        return json.toPrettyString();
    }
}
