package io.millrace.loadtest.run;

import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.BrokerOptions;
import io.millrace.loadtest.process.Scratch;
import io.millrace.loadtest.report.Machine;
import io.millrace.loadtest.scenario.Scenario;
import io.millrace.loadtest.scenario.Scenario.Guarantee;
import io.millrace.loadtest.scenario.ScenarioOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the latency at a share of the rate that is sustained, under each guarantee. */
@Command(
        name = "latency",
        description =
                "Latency from intended send to prediction visible, at a share of the sustainable rate of each guarantee,"
                        + " over several runs in turn. A run's warm-up is in no figure.",
        mixinStandardHelpOptions = true)
public final class LatencyCommand implements Callable<Integer> {

    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final double SEARCH_PRECISION = 0.1;

    @Mixin
    private ScenarioOptions options = new ScenarioOptions();

    @Mixin
    private BrokerOptions kafka = new BrokerOptions();

    @Option(
            names = "--guarantees",
            split = ",",
            defaultValue = "at_least_once,exactly_once",
            description = "(default: ${DEFAULT-VALUE})")
    private List<Guarantee> guarantees = List.of();

    @Option(
            names = "--sustainable",
            split = ",",
            description = "Records/s that search has found, one for each guarantee; without it, they are searched for.")
    private List<Double> sustainable = List.of();

    @Mixin
    private Bounds bounds = new Bounds();

    @Option(
            names = "--share",
            defaultValue = "0.5",
            description = "Of the sustainable rate (default: ${DEFAULT-VALUE}).")
    private double share;

    @Option(names = "--rounds", defaultValue = "5")
    private int rounds;

    @Override
    public Integer call() throws Exception {
        if (!sustainable.isEmpty() && sustainable.size() != guarantees.size()) {
            throw new IllegalArgumentException(
                    "--sustainable must have a rate for each of " + guarantees + ", got: " + sustainable);
        }
        if (rounds < 1 || rounds > 1000 || !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("--rounds must be between 1 and 1000 and --share above 0 and at most 1,"
                    + " got: " + rounds + " and " + share);
        }
        Scenario scenario = options.scenario();
        Map<Guarantee, Double> rates = new EnumMap<>(Guarantee.class);
        Map<Guarantee, List<Outcome>> outcomes = new EnumMap<>(Guarantee.class);
        try (Scratch scratch = Scratch.make();
                Broker broker = kafka.open(scratch.folder())) {
            Path folder = scratch.folder();
            for (int i = 0; i < guarantees.size(); i++) {
                Guarantee guarantee = guarantees.get(i);
                double rate =
                        sustainable.isEmpty() ? search(scenario.under(guarantee), broker, folder) : sustainable.get(i);
                rates.put(guarantee, rate);
            }
            for (int round = 1; round <= rounds; round++) {
                for (Guarantee guarantee : guarantees) {
                    double rate = rates.getOrDefault(guarantee, 0.0) * share;
                    Outcome outcome =
                            run(new LoadRun(scenario.under(guarantee).at(rate), broker, folder, progress -> {}));
                    outcomes.computeIfAbsent(guarantee, g -> new ArrayList<>()).add(outcome);
                }
            }
            System.out.println(table(rates, outcomes));
            return scratch.end(
                    outcomes.values().stream().flatMap(List::stream).allMatch(LatencyCommand::sound) ? 0 : 4);
        }
    }

    private double search(Scenario scenario, Broker broker, Path folder) throws IOException, InterruptedException {
        double rate = bounds.until(SEARCH_PRECISION)
                .search(candidate -> run(new LoadRun(scenario.at(candidate), broker, folder, progress -> {})
                                .endingEarly())
                        .sustained());
        if (rate == 0) {
            throw new IllegalArgumentException("--from must be a rate that is sustained, got: " + bounds.from());
        }
        return rate;
    }

    private static Outcome run(LoadRun load) throws IOException, InterruptedException {
        Outcome outcome = load.run();
        Scenario scenario = outcome.scenario();
        Histogram latency = outcome.latency();
        System.out.printf(
                Locale.ROOT,
                "%s, %,.0f records/s: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms %s%n",
                words(scenario.pipeline().guarantee()),
                scenario.load().rate(),
                millis(latency, 50),
                millis(latency, 99),
                millis(latency, 99.9),
                outcome.invalid().map(reason -> "INVALID: " + reason).orElse(String.join(", ", outcome.faults())));
        return outcome;
    }

    private String table(Map<Guarantee, Double> rates, Map<Guarantee, List<Outcome>> outcomes) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%nMedians of %d runs (least – most), ms%n%n| | sustainable | measured at | p50 | p99 | p99.9 | runs sound |%n"
                        + "|---|--:|--:|--:|--:|--:|--:|%n",
                rounds));
        outcomes.forEach((guarantee, runs) -> {
            double rate = rates.getOrDefault(guarantee, 0.0);
            text.append(String.format(Locale.ROOT, "| %s | %,.0f/s | %,.0f/s ", words(guarantee), rate, rate * share));
            for (double percentile : PERCENTILES) {
                double[] sorted = runs.stream()
                        .mapToDouble(run -> millis(run.latency(), percentile))
                        .sorted()
                        .toArray();
                text.append(String.format(
                        Locale.ROOT,
                        "| %.1f (%.1f – %.1f) ",
                        sorted[sorted.length / 2],
                        sorted[0],
                        sorted[sorted.length - 1]));
            }
            text.append(String.format(
                    "| %d of %d |%n",
                    runs.stream().filter(LatencyCommand::sound).count(), runs.size()));
        });
        return text.append('\n').append(Machine.here().sentence()).toString();
    }

    private static boolean sound(Outcome outcome) {
        return outcome.invalid().isEmpty() && outcome.faults().isEmpty();
    }

    private static double millis(Histogram latency, double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e6;
    }

    private static String words(Guarantee guarantee) {
        return guarantee.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
