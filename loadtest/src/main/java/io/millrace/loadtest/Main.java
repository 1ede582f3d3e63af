package io.millrace.loadtest;

import io.millrace.loadtest.compare.CompareCommand;
import io.millrace.loadtest.crash.CrashCommand;
import io.millrace.loadtest.run.LatencyCommand;
import io.millrace.loadtest.run.RunCommand;
import io.millrace.loadtest.run.SearchCommand;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the load tests. */
@Command(
        name = "millrace loadtest",
        description = "Loads a pipeline, accounts for every record, and says what it sustains.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RunCommand.class,
            SearchCommand.class,
            LatencyCommand.class,
            CompareCommand.class,
            VerifyCommand.class,
            GenerateCommand.class,
            CrashCommand.class
        })
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((wrong, all) -> {
            CommandLine at = wrong.getCommandLine();
            String help = at.getCommandSpec().qualifiedName() + " --help";
            at.getErr().println("millrace loadtest: " + wrong.getMessage() + "; see " + help);
            return 2;
        });
        line.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr()
                    .println("millrace loadtest: "
                            + (failure instanceof TimeoutException ? "check --bootstrap-servers: " : "")
                            + failure.getMessage());
            return failure instanceof IllegalArgumentException ? 2 : 1;
        });
        return line.execute(withDefault(line, arguments));
    }

    /** Without a subcommand it is {@code run}: the first argument is then a scenario or a flag. */
    private static String[] withDefault(CommandLine line, String... arguments) {
        boolean named = arguments.length > 0
                && (line.getSubcommands().containsKey(arguments[0])
                        || List.of("-h", "--help", "-V", "--version").contains(arguments[0]));
        return named
                ? arguments
                : Stream.concat(Stream.of("run"), Arrays.stream(arguments)).toArray(String[]::new);
    }
}
