package io.millrace.loadtest;

import io.millrace.loadtest.compare.CompareCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the load tests. */
@Command(
        name = "millrace loadtest",
        description = "Loads a pipeline, accounts for every record, and says what it sustains.",
        mixinStandardHelpOptions = true,
        subcommands = {GenerateCommand.class, VerifyCommand.class, CompareCommand.class})
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println("millrace loadtest: " + failure.getMessage());
            return failure instanceof IllegalArgumentException ? 2 : 1;
        });
        return line.execute(arguments);
    }
}
