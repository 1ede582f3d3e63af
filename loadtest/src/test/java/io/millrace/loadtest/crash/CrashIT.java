package io.millrace.loadtest.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A short crash proof of all variants, where MILLRACE_CRASH_KILLS says how many kills it may take; minutes, not seconds. */
final class CrashIT {
    private static final int VARIANTS = 6;

    private int kills;

    @BeforeEach
    void skipUnlessAskedFor() {
        String asked = System.getenv("MILLRACE_CRASH_KILLS");
        assumeTrue(asked != null, "MILLRACE_CRASH_KILLS is not set: no crash proof");
        kills = Integer.parseInt(Objects.requireNonNull(asked));
    }

    @Test
    void nothingIsLostDoubledOrMiscounted() {
        Outcome outcome = crash("--kills", Integer.toString((kills + VARIANTS - 1) / VARIANTS));

        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    }

    @Test
    void aProcessorThatHoldsRecordsBackIsFoundOut() {
        Outcome outcome = crash("--prove-it-fails", "--kills", "2");

        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    }

    private record Outcome(int exitCode, String output) {}

    private static Outcome crash(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine command = new CommandLine(new CrashCommand())
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(System.err, true, UTF_8));
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--millrace";
        all[arguments.length + 1] = "../deploy/millrace";
        return new Outcome(command.execute(all), output.toString());
    }
}
