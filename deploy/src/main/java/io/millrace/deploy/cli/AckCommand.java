package io.millrace.deploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.deploy.run.AlertTopics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace ack}. */
@Command(
        name = "ack",
        mixinStandardHelpOptions = true,
        header = "Says that somebody looks after an open alert.",
        description = "It holds until the alert is over or escalates.")
final class AckCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final AlertTarget target = new AlertTarget();

    @Parameters(index = "1", paramLabel = "DEVICE/RULE", description = "The alert, as millrace alerts shows it.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String alert;

    @Option(names = "--author", paramLabel = "NAME", description = "Who (default: the user's name).")
    private String author = System.getProperty("user.name", "");

    @Option(names = "--comment", paramLabel = "TEXT", defaultValue = "", description = "Anything worth saying.")
    private String comment = "";

    @Option(names = "--remove", description = "Take it back.")
    private boolean remove;

    @Override
    public Integer call() throws Exception {
        if (alert.indexOf('/') < 1) {
            throw new ParameterException(spec.commandLine(), "the alert must be DEVICE/RULE, got: " + alert);
        }
        AlertTopics topics = target.topics();
        String key = "ack/" + alert;
        JsonNode open = topics.alerts().get(alert);
        if (remove ? !topics.controls().containsKey(key) : open == null || AlertsCommand.isOver(open)) {
            return AlertTarget.unknown(spec, alert + (remove ? " is not acknowledged" : " is not open"));
        }
        ObjectNode ack = new ObjectMapper().createObjectNode();
        ack.put("author", author).put("comment", comment).put("time", System.currentTimeMillis());
        topics.control(key, remove ? null : ack);
        spec.commandLine().getOut().println(alert + (remove ? " is no longer acknowledged" : " is acknowledged"));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
