package io.millrace.deploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.deploy.run.AlertTopics;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace alerts}. */
@Command(
        name = "alerts",
        mixinStandardHelpOptions = true,
        header = "Lists the open alerts of a pipeline, and the silences.",
        description = "One line each: state, severity, since when, device and rule, and why nobody was told, if so.")
final class AlertsCommand implements Callable<Integer> {
    private static final Pattern OVER = Pattern.compile("RESOLVED|QUIET|PENDING");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final AlertTarget target = new AlertTarget();

    @Option(names = "--all", description = "Also those that are over, as long as the topic has them.")
    private boolean all;

    @Option(names = "--json", description = "The records themselves, one line each.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AlertTopics topics = target.topics();
        PrintWriter out = spec.commandLine().getOut();
        int open = 0;
        for (Map.Entry<String, JsonNode> entry : topics.alerts().entrySet()) {
            JsonNode alert = entry.getValue();
            boolean over = isOver(alert);
            open += over ? 0 : 1;
            if (!over || all) {
                out.println(json ? alert.toString() : line(entry.getKey(), alert));
            }
        }
        if (!json) {
            long now = System.currentTimeMillis();
            topics.controls().forEach((key, control) -> {
                if (key.startsWith("silence/") && control.path("until").asLong() > now) {
                    out.println(silence(key.substring("silence/".length()), control));
                }
            });
            out.println(open + (open == 1 ? " alert is open" : " alerts are open"));
        }
        out.flush();
        return ExitCode.OK;
    }

    static boolean isOver(JsonNode alert) {
        return OVER.matcher(alert.path("state").asText()).matches();
    }

    private static String line(String key, JsonNode alert) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-10s %-8s %s  %s",
                alert.path("state").asText(),
                alert.path("severity").asText(),
                Instant.ofEpochMilli(alert.path("since").asLong()),
                printable(key)));
        if (alert.has("storm")) {
            line.append("  storm of ").append(alert.at("/storm/count").asLong());
        }
        if (alert.has("acknowledged")) {
            line.append("  acknowledged by ")
                    .append(printable(alert.at("/acknowledged/author").asText()));
        } else if (!alert.path("notify").asBoolean(true)
                && !alert.path("reason").asText().equals("known")) {
            line.append("  ").append(alert.path("reason").asText());
        }
        return line.toString();
    }

    private static String silence(String id, JsonNode control) {
        return String.format(
                Locale.ROOT,
                "silence    %s until %s  device %s rule %s group %s  by %s %s",
                printable(id),
                Instant.ofEpochMilli(control.path("until").asLong()),
                printable(control.path("device").asText("*")),
                printable(control.path("rule").asText("*")),
                printable(control.path("group").asText("*")),
                printable(control.path("author").asText()),
                printable(control.path("comment").asText()));
    }

    /** Devices and operators write these: they stay on their line and leave the terminal alone. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]", "\uFFFD");
    }
}
