package io.millrace.deploy.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs command lines inside this process and keeps what they print. */
final class Shell {
    private Shell() {}

    record Result(int code, String out, String err) {}

    static Result millrace(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = MillraceCommand.commandLine()
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setUsageHelpAutoWidth(false)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        String[] words = java.util.Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
        int code = line.execute(words);
        return new Result(code, out.toString(), err.toString());
    }
}
