package io.millrace.deploy.cli;

import io.millrace.connectors.broker.BrokerException;
import io.millrace.deploy.score.InputException;
import io.millrace.scorers.ModelException;
import io.millrace.topology.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code millrace}; its work is in the subcommands. */
@Command(
        name = "millrace",
        description = "Scores device telemetry with ONNX models where it flows: in Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        version = {"Millrace 0.1.0-SNAPSHOT", "Java ${java.version} (${java.vendor}) on ${os.name} ${os.arch}"},
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            ScoreCommand.class,
            CheckCommand.class,
            InspectCommand.class,
            BrokerCommand.class,
            AutoComplete.GenerateCompletion.class,
        },
        footerHeading = "%nFirst steps:%n",
        footer = {
            "  millrace demo                          a simulated fleet, its alerts, and a page to watch them on",
            "  millrace inspect model.onnx            what a model asks for, and a pipeline.yaml that fits it",
            "  millrace check pipeline.yaml           what is wrong with a pipeline, or what will run where",
            "  millrace run pipeline.yaml             the pipeline, on your Kafka or on an embedded one",
            "  millrace score --model m.onnx --input rows.csv",
            "                                         the same scores over a file, without Kafka",
            "  source <(millrace generate-completion) completion for bash and zsh",
            "",
            "Exit codes: 0 done; 1 failed while running; 2 wrong usage; 3 a pipeline.yaml, model or input cannot be",
            "used; 4 a broker, port or directory is not to be had.",
        })
public final class MillraceCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log what happens inside, and show stack traces.")
    private boolean verbose;

    /** Runs a command line and returns its exit code. */
    public static int run(String... args) {
        MillraceCommand command = new MillraceCommand();
        CommandLine line = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((exception, failed, parsed) -> command.report(exception, failed));
        return line.execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private int report(Exception exception, CommandLine failed) {
        PrintWriter err = failed.getErr();
        int code = exitCode(exception);
        String message = describe(exception);
        if (code == ExitCode.FAILED && !verbose) {
            message += System.lineSeparator() + "  (--verbose shows where)";
        }
        err.println(failed.getColorScheme().errorText(message));
        if (verbose) {
            exception.printStackTrace(err);
        }
        return code;
    }

    private static int exitCode(Exception exception) {
        if (exception instanceof ConfigException
                || exception instanceof ModelException
                || exception instanceof InputException) {
            return ExitCode.BAD_INPUT;
        }
        if (exception instanceof BrokerException
                || exception instanceof IOException
                || exception instanceof UncheckedIOException) {
            return ExitCode.UNAVAILABLE;
        }
        return ExitCode.FAILED;
    }

    /** Kafka's and the file system's own messages often leave out what they speak of. */
    private static String describe(Exception exception) {
        Throwable inner = exception instanceof UncheckedIOException ? exception.getCause() : null;
        Throwable cause = inner instanceof FileSystemException ? inner : exception;
        if (cause instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getMessage();
        }
        if (cause instanceof AccessDeniedException denied) {
            return "not allowed to use " + denied.getMessage();
        }
        if (cause instanceof FileAlreadyExistsException exists) {
            return "a file is in the way: " + exists.getMessage();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getName() : message;
    }
}
