package io.millrace.deploy.cli;

import io.millrace.connectors.broker.BrokerException;
import io.millrace.deploy.score.InputException;
import io.millrace.scorers.ModelException;
import io.millrace.topology.config.ConfigException;
import io.millrace.topology.config.Suggestion;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code millrace}; its work is in the subcommands. */
@Command(
        name = "millrace",
        header = "Scores device telemetry with ONNX models where it flows: in Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        version = {"Millrace 0.1.0-SNAPSHOT", "Java ${java.version} (${java.vendor}) on ${os.name} ${os.arch}"},
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            ScoreCommand.class,
            CheckCommand.class,
            DoctorCommand.class,
            InspectCommand.class,
            DeviceCheckCommand.class,
            BrokerCommand.class,
            NabCommand.class,
            AlertsCommand.class,
            AckCommand.class,
            SilenceCommand.class,
            AutoComplete.GenerateCompletion.class,
        },
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nFirst steps:%n",
        footer = {
            "  millrace demo                    watch it work on a simulated fleet",
            "  millrace inspect model.onnx      see what your model asks for",
            "  millrace check pipeline.yaml     see whether your pipeline fits it",
            "  millrace doctor pipeline.yaml    see whether your Kafka can carry it",
            "  millrace run pipeline.yaml       run it, on your Kafka or on an embedded one",
            "  millrace score --model m.onnx --input rows.csv",
            "                                   the same scores over a file",
            "  millrace loadtest --help         how fast it is here, proven from outside",
            "  source <(millrace generate-completion)",
            "                                   completion for bash and zsh",
            "",
            "Exit codes:",
            "  0  done",
            "  1  failed while running",
            "  2  wrong usage",
            "  3  a pipeline.yaml, a model or an input cannot be used",
            "  4  a broker, a port or a directory is not to be had",
            "  5  no suitable Java or Maven, or the build has failed",
        })
public final class MillraceCommand implements Runnable {
    /** Our own converters' messages read on from the option. */
    private static final Pattern INVALID_OPTION =
            Pattern.compile("^Invalid value for option '([^']+)'[^:]*: (?=must )");

    private static final Pattern KAFKA_REFUSAL = Pattern.compile("Invalid value .*? for configuration", Pattern.DOTALL);

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
        return commandLine().execute(args);
    }

    /** The command line, for those who want its output elsewhere than on the standard streams. */
    static CommandLine commandLine() {
        MillraceCommand command = new MillraceCommand();
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((exception, args) -> wrongUsage(exception))
                .setExecutionExceptionHandler((exception, failed, parsed) -> command.report(exception, failed));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** What is wrong, in one line, and where to read on: the whole help would push it off the screen. */
    private static int wrongUsage(ParameterException exception) {
        CommandLine at = exception.getCommandLine();
        String message = String.valueOf(exception.getMessage());
        String hint = "";
        if (exception instanceof UnmatchedArgumentException unmatched) {
            String name = unmatched.getUnmatched().get(0);
            boolean option = unmatched.isUnknownOption();
            message =
                    name + (option ? " is no option here" : at.getParent() == null ? " is no command" : " is too much");
            hint = Suggestion.of(
                    name,
                    option
                            ? at.getCommandSpec().optionsMap().keySet()
                            : at.getSubcommands().keySet());
        }
        message = INVALID_OPTION.matcher(message).replaceFirst("$1 ");
        hint = hint.isEmpty() ? "; see " + at.getCommandSpec().qualifiedName() + " --help" : hint;
        at.getErr().println(at.getColorScheme().errorText(message + hint));
        at.getErr().flush();
        return ExitCode.USAGE;
    }

    private int report(Exception exception, CommandLine failed) {
        PrintWriter err = failed.getErr();
        int code = exitCode(exception);
        String message = withoutValues(describe(exception));
        if (code == ExitCode.FAILED && !verbose) {
            message += System.lineSeparator() + "  (--verbose shows where)";
        }
        err.println(failed.getColorScheme().errorText(message));
        if (verbose) {
            StringWriter trace = new StringWriter();
            exception.printStackTrace(new PrintWriter(trace));
            err.print(withoutValues(trace.toString()));
        }
        err.flush();
        return code;
    }

    /** Kafka tells the values of properties that it refuses, and any of them may be a secret. */
    private static String withoutValues(String message) {
        return KAFKA_REFUSAL.matcher(message).replaceAll("Invalid value for configuration");
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
            return exists.getMessage() + " must be a folder, got: a file";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getName() : message;
    }
}
