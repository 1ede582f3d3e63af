package io.millrace.deploy.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.deploy.run.AlertTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace silence}. */
@Command(
        name = "silence",
        mixinStandardHelpOptions = true,
        header = "Keeps matching alerts from being told, for a while.",
        description =
                "They are raised and cleared as ever, with notify: false. What is still open when the silence ends is told"
                        + " then. Prints the silence's id. In patterns, * stands for anything.")
final class SilenceCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final AlertTarget target = new AlertTarget();

    @Option(names = "--device", paramLabel = "PATTERN", defaultValue = "*", description = "Devices (default: all).")
    private String device = "*";

    @Option(names = "--rule", paramLabel = "PATTERN", defaultValue = "*", description = "Rules (default: all).")
    private String rule = "*";

    @Option(names = "--group", paramLabel = "PATTERN", defaultValue = "*", description = "Groups (default: all).")
    private String group = "*";

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Durations.class,
            description = "How long, such as 2h.")
    private @Nullable Duration length;

    @Option(names = "--author", paramLabel = "NAME", description = "Who says so (default: the user's name).")
    private String author = System.getProperty("user.name", "");

    @Option(names = "--comment", paramLabel = "TEXT", defaultValue = "", description = "Why.")
    private String comment = "";

    @Option(names = "--remove", paramLabel = "ID", description = "End that silence now.")
    private @Nullable String remove;

    @Override
    public Integer call() throws Exception {
        Duration wanted = length;
        if ((wanted == null) == (remove == null)) {
            throw new ParameterException(spec.commandLine(), "give either --for DURATION or --remove ID");
        }
        AlertTopics topics = target.topics();
        if (remove != null || wanted == null) {
            return end(topics, "silence/" + remove);
        }
        String id = UUID.randomUUID().toString().substring(0, 8);
        long now = System.currentTimeMillis();
        ObjectNode silence = new ObjectMapper().createObjectNode();
        silence.put("device", device).put("rule", rule).put("group", group);
        silence.put("from", now).put("until", now + wanted.toMillis());
        silence.put("author", author).put("comment", comment);
        topics.control("silence/" + id, silence);
        spec.commandLine().getOut().println(id + "  until " + Instant.ofEpochMilli(now + wanted.toMillis()));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private int end(AlertTopics topics, String key) throws Exception {
        if (!topics.controls().containsKey(key)) {
            return AlertTarget.unknown(spec, remove + " is no silence");
        }
        topics.control(key, null);
        spec.commandLine().getOut().println(remove + " has ended");
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
