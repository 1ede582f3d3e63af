package io.millrace.loadtest.run;

import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.BrokerOptions;
import io.millrace.loadtest.process.Scratch;
import io.millrace.loadtest.report.Machine;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.scenario.ScenarioOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches for the highest rate that a pipeline sustains. */
@Command(
        name = "search",
        description = "Finds the highest rate at which lag does not grow, p99 keeps to --slo and nothing is lost.",
        mixinStandardHelpOptions = true)
public final class SearchCommand implements Callable<Integer> {

    /** A search after the first begins at what was found, divided and multiplied by this. */
    private static final double NEIGHBOURHOOD = 1.4;

    private static final int ATTEMPTS = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ScenarioOptions options = new ScenarioOptions();

    @Mixin
    private BrokerOptions kafka = new BrokerOptions();

    @Mixin
    private Bounds bounds = new Bounds();

    @Option(names = "--precision", defaultValue = "0.05", description = "Ends when the bounds are this close.")
    private double precision;

    @Option(names = "--repetitions", defaultValue = "3", description = "Searches; the median is the answer.")
    private int repetitions;

    @Option(names = "--fleet-rate", defaultValue = "0", description = "Events/s to plan instances for.")
    private double fleetRate;

    @Option(names = "--out", defaultValue = "loadtest-report", description = "Takes search.md and search.json.")
    private Path out = Path.of("");

    private final List<Trial> trials = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Scenario scenario = options.scenario();
        if (scenario.load().shape() != Scenario.Shape.CONSTANT) {
            throw new IllegalArgumentException("load.shape must be constant in a search, got: "
                    + scenario.load().shape().name().toLowerCase(Locale.ROOT));
        }
        if (repetitions < 1 || repetitions > 100) {
            throw new IllegalArgumentException("--repetitions must be between 1 and 100, got: " + repetitions);
        }
        Machine machine = Machine.here();
        List<Double> found = new ArrayList<>();
        try (Scratch scratch = Scratch.make();
                Broker broker = kafka.open(scratch.folder())) {
            for (int i = 1; i <= repetitions; i++) {
                double rate = search(i, found, scenario, broker, scratch.folder());
                System.out.printf(Locale.ROOT, "search %d of %d found %,.0f records/s%n", i, repetitions, rate);
                found.add(rate);
            }
            scratch.end(Collections.max(found) > 0 ? 0 : 1);
        }
        List<Double> sorted = found.stream().sorted().toList();
        SearchReport report = new SearchReport(machine, typed(), scenario, sorted, trials, fleetRate);
        report.write(out);
        System.out.println(report.markdown());
        return report.median() > 0 ? 0 : 1;
    }

    /** The first search is over the whole interval; the next begin around what the last has found. */
    private double search(int number, List<Double> found, Scenario scenario, Broker broker, Path folder)
            throws IOException, InterruptedException {
        Bisection.Trial trial = rate -> trial(number, scenario.at(rate), broker, folder);
        double last = found.isEmpty() ? 0 : found.get(found.size() - 1);
        double narrowed = last <= bounds.from()
                ? 0
                : new Bisection(
                                Math.max(bounds.from(), last / NEIGHBOURHOOD),
                                Math.min(bounds.to(), last * NEIGHBOURHOOD),
                                precision)
                        .search(trial);
        return narrowed > 0 ? narrowed : bounds.until(precision).search(trial);
    }

    /** A trial in which the generator fell behind says nothing: it is made again before it is believed. */
    private boolean trial(int number, Scenario scenario, Broker broker, Path folder)
            throws IOException, InterruptedException {
        Trial trial = null;
        for (int attempt = 0; attempt < ATTEMPTS && (trial == null || !trial.valid()); attempt++) {
            System.out.printf(
                    Locale.ROOT,
                    "search %d of %d: trying %,.0f records/s%n",
                    number,
                    repetitions,
                    scenario.load().rate());
            trial = Trial.of(
                    number,
                    new LoadRun(scenario, broker, folder, RunCommand::show)
                            .endingEarly()
                            .run());
            trials.add(trial);
            System.out.println((RunCommand.TERMINAL ? "\n" : "") + trial.words());
        }
        return trial != null && trial.sustained();
    }

    private String typed() {
        return "millrace loadtest "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }
}
