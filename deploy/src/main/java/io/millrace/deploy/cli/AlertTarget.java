package io.millrace.deploy.cli;

import io.millrace.deploy.run.AlertTopics;
import io.millrace.topology.config.ConfigException;
import io.millrace.topology.config.PipelineReader;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which pipeline's alerts a command is about. */
final class AlertTarget {
    @Parameters(index = "0", paramLabel = "pipeline.yaml", description = "The pipeline.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description =
                    "Brokers to ask instead of those that the file names; needed for a pipeline on its own broker.")
    private @Nullable String servers;

    /** Says that there is nothing of the kind; returns the exit code. */
    static int unknown(CommandSpec spec, String what) {
        spec.commandLine().getErr().println(what + "; millrace alerts lists what is");
        spec.commandLine().getErr().flush();
        return ExitCode.BAD_INPUT;
    }

    AlertTopics topics() throws ConfigException, IOException {
        return new AlertTopics(PipelineReader.read(file), servers);
    }
}
