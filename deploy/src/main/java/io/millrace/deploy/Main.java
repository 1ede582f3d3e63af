package io.millrace.deploy;

import io.millrace.deploy.cli.MillraceCommand;
import java.util.Arrays;

/** Where {@code millrace} starts. */
public final class Main {
    private Main() {}

    /** Runs a command and exits with its {@link io.millrace.deploy.cli.ExitCode}. */
    public static void main(String[] args) {
        // Before the first logger: its level is settled once.
        if (Arrays.asList(args).contains("--verbose")) {
            System.setProperty("millrace.log.level", "info");
            System.setProperty("millrace.log.traces", "full");
        }
        System.exit(MillraceCommand.run(args));
    }
}
