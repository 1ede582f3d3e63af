package io.millrace.loadtest.run;

import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.BrokerOptions;
import io.millrace.loadtest.report.Texts;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.scenario.ScenarioOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches for the highest rate that a pipeline sustains. */
@Command(
        name = "search",
        description = "Finds the highest rate at which lag does not grow, p99 keeps to --slo and nothing is lost.",
        mixinStandardHelpOptions = true)
public final class SearchCommand implements Callable<Integer> {

    @Mixin
    private ScenarioOptions options = new ScenarioOptions();

    @Mixin
    private BrokerOptions kafka = new BrokerOptions();

    @Option(names = "--from", defaultValue = "1000", description = "A rate that is surely sustained.")
    private double from;

    @Option(names = "--to", defaultValue = "200000", description = "A rate that surely is not.")
    private double to;

    @Option(names = "--precision", defaultValue = "0.05", description = "Ends when the bounds are this close.")
    private double precision;

    @Option(names = "--repetitions", defaultValue = "3", description = "Searches; the median is the answer.")
    private int repetitions;

    @Option(names = "--fleet-rate", defaultValue = "0", description = "Events/s to plan instances for.")
    private double fleetRate;

    private double cpuPerRecord;

    @Override
    public Integer call() throws Exception {
        Scenario scenario = options.scenario();
        Bisection bisection = new Bisection(from, to, precision);
        Path folder = Files.createTempDirectory("millrace-search");
        List<Double> found = new ArrayList<>();
        try (Broker broker = kafka.open(folder)) {
            for (int i = 0; i < repetitions; i++) {
                double rate = bisection.search(candidate -> trial(scenario.at(candidate), broker, folder));
                System.out.printf(Locale.ROOT, "search %d: %,.0f records/s%n", i + 1, rate);
                found.add(rate);
            }
        }
        List<Double> sorted = found.stream().sorted().toList();
        System.out.println(answer(scenario, sorted));
        return sorted.get(sorted.size() / 2) > 0 ? 0 : 1;
    }

    private boolean trial(Scenario scenario, Broker broker, Path folder) throws IOException, InterruptedException {
        Outcome outcome = new LoadRun(scenario, broker, folder, RunCommand::show).run();
        boolean sustained = outcome.sustained();
        if (sustained) {
            cpuPerRecord = outcome.cpuPerRecord();
        }
        List<String> reasons = new ArrayList<>(outcome.faults());
        outcome.invalid().ifPresent(reasons::add);
        System.out.printf(
                Locale.ROOT,
                "%n%,9.0f records/s %s: lag slope %.2f %%, %s %s%n",
                scenario.load().rate(),
                sustained ? "sustained" : "not sustained",
                outcome.lagSlope() * 100,
                Texts.latency(outcome.latency()),
                reasons);
        return sustained;
    }

    private String answer(Scenario scenario, List<Double> sorted) {
        double median = sorted.get(sorted.size() / 2);
        return Capacity.words(
                median,
                sorted.get(0),
                sorted.get(sorted.size() - 1),
                scenario.limits().p99(),
                cpuPerRecord,
                fleetRate,
                scenario.pipeline().threads());
    }
}
