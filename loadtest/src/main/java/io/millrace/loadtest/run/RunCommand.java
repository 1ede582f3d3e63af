package io.millrace.loadtest.run;

import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.BrokerOptions;
import io.millrace.loadtest.process.Scratch;
import io.millrace.loadtest.report.Machine;
import io.millrace.loadtest.report.Texts;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.scenario.ScenarioOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a scenario and says what came of it. */
@Command(
        name = "run",
        description = "Loads a pipeline as a scenario says, accounts for every record, and writes a report.",
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {

    private static final int INVALID = 3;
    private static final int FAULTY = 4;
    /** The launcher says so where somebody watches. */
    static final boolean TERMINAL = Boolean.getBoolean("millrace.terminal");

    private static final long BETWEEN_LINES = 10_000_000_000L;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ScenarioOptions options = new ScenarioOptions();

    @Mixin
    private BrokerOptions kafka = new BrokerOptions();

    @Option(names = "--out", defaultValue = "loadtest-report", description = "Takes the report's files.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws Exception {
        Scenario scenario = options.scenario();
        Machine machine = Machine.here();
        try (Scratch scratch = Scratch.make()) {
            Outcome outcome;
            try (Broker broker = kafka.open(scratch.folder())) {
                outcome = new LoadRun(scenario, broker, scratch.folder(), RunCommand::show).run();
            }
            return scratch.end(report(machine, outcome));
        }
    }

    private int report(Machine machine, Outcome outcome) throws IOException {
        System.out.println();
        String command = "millrace loadtest "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
        RunReport report = new RunReport(machine, command, outcome);
        report.write(out);
        System.out.println(report.markdown());
        List<String> faults = outcome.faults();
        return outcome.invalid().isPresent() ? INVALID : faults.isEmpty() ? 0 : FAULTY;
    }

    /** One line that is written over at a terminal, and one every ten seconds elsewhere. */
    static void show(LoadRun.Progress progress) {
        Sample now = progress.sample();
        if (!TERMINAL && now.nanos() / BETWEEN_LINES == progress.before().nanos() / BETWEEN_LINES) {
            return;
        }
        double seconds = Math.max(1, now.nanos() - progress.before().nanos()) / 1e9;
        String line = String.format(
                Locale.ROOT,
                "%,9.0f records/s  lag %,8d  p99 so far %8s ms  %4.0f s left",
                (now.sent() - progress.before().sent()) / seconds,
                now.lag(),
                progress.latency().getTotalCount() == 0
                        ? "-"
                        : Texts.millis(progress.latency().getValueAtPercentile(99)),
                progress.leftNanos() / 1e9);
        System.out.print(TERMINAL ? "\r" + line + "   " : line + "\n");
        System.out.flush();
    }
}
