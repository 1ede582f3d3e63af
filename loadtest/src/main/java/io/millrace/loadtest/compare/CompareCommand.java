package io.millrace.loadtest.compare;

import io.millrace.loadtest.compare.ComparisonReport.Result;
import io.millrace.loadtest.pipeline.Contestant;
import io.millrace.loadtest.pipeline.Model;
import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.BrokerOptions;
import io.millrace.loadtest.process.Scratch;
import io.millrace.loadtest.report.Machine;
import io.millrace.loadtest.scenario.Scenario.Guarantee;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares Millrace with other ways to do the same. */
@Command(
        name = "compare",
        description = {
            "Lets Millrace and baselines drain the same backlogs in turn, on one broker, over several rounds.",
            "Where an option names several values, each combination is a case of its own; a last table then tells"
                    + " how each case differs from the first."
        },
        mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {

    private static final int FAULTY = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private BrokerOptions kafka = new BrokerOptions();

    @Option(
            names = "--contestants",
            split = ",",
            defaultValue = "millrace,pass-through,naive,plain",
            description = "Who takes part (default: ${DEFAULT-VALUE}); flink once it is built, see docs/loadtest.md.")
    private List<String> contestants = List.of();

    @Option(
            names = "--models",
            split = ",",
            defaultValue = "mlp16",
            description = "mlp16, window64x8, image28x28, features16, past64x8, recurrent16.")
    private List<String> models = List.of();

    @Option(
            names = "--guarantees",
            split = ",",
            defaultValue = "exactly_once",
            description = "exactly_once, at_least_once (default: ${DEFAULT-VALUE}).")
    private List<Guarantee> guarantees = List.of();

    @Option(names = "--partitions", split = ",", defaultValue = "8", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> partitions = List.of();

    @Option(names = "--devices", split = ",", defaultValue = "1000", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> devices = List.of();

    @Option(names = "--baseline", defaultValue = "pass-through", description = "Whom ratios refer to.")
    private String baseline = "";

    @Option(names = "--rounds", defaultValue = "5")
    private int rounds;

    @Option(
            names = "--warm-ups",
            defaultValue = "3",
            description = "Rounds before them that do not count (default: ${DEFAULT-VALUE}).")
    private int warmUps;

    @Option(
            names = "--records",
            defaultValue = "1000000",
            description = "In each round's backlog (default: ${DEFAULT-VALUE}).")
    private long records;

    @Option(names = "--commit-ms", defaultValue = "100")
    private long commitMillis;

    @Option(names = "--stream-threads", defaultValue = "1")
    private int threads;

    @Option(names = "--heap", defaultValue = "1g", description = "Of each contestant's process.")
    private String heap = "";

    @Option(names = "--command", defaultValue = "", description = "Starts Millrace, with PIPELINE for its file.")
    private String command = "";

    @Option(names = "--kafka", paramLabel = "KEY=VALUE", description = "Client settings for all contestants.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--out", defaultValue = "loadtest-report", description = "Takes compare.md and compare.json.")
    private Path out = Path.of("");

    @Override
    public Integer call() throws Exception {
        Plan plan = new Plan(
                contestants.stream().map(Contestant::named).toList(),
                warmUps,
                rounds,
                records,
                commitMillis,
                threads,
                heap,
                command,
                settings);
        Contestant reference = Contestant.named(baseline);
        List<Case> cases = cases();
        requireAble(plan, cases);
        Machine machine = Machine.here();
        long start = System.nanoTime();
        List<Result> results = new ArrayList<>();
        int status;
        try (Scratch scratch = Scratch.make();
                Broker broker = kafka.open(scratch.folder())) {
            for (Case what : cases) {
                Comparison comparison = new Comparison(plan, what, broker, scratch.folder(), System.out::println);
                results.add(new Result(what, comparison.standings()));
            }
            status = scratch.end(sound(results) ? 0 : FAULTY);
        }
        ComparisonReport report = new ComparisonReport(machine, typed(), plan, reference, results);
        report.write(out);
        System.out.println();
        System.out.println(report.markdown());
        System.out.printf(
                "took %d s%n", Duration.ofNanos(System.nanoTime() - start).toSeconds());
        return status;
    }

    private static boolean sound(List<Result> results) {
        return results.stream().flatMap(result -> result.standings().stream()).allMatch(standing -> standing.faults()
                .isEmpty());
    }

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String model : models) {
            for (Guarantee guarantee : guarantees) {
                for (int parts : partitions) {
                    for (int fleet : devices) {
                        cases.add(new Case(Model.named(model), guarantee == Guarantee.EXACTLY_ONCE, parts, fleet));
                    }
                }
            }
        }
        return cases;
    }

    private static void requireAble(Plan plan, List<Case> cases) {
        for (Contestant contestant : plan.contestants()) {
            contestant.requireBuilt();
            for (Case what : cases) {
                if (!contestant.carries(what.model())) {
                    throw new IllegalArgumentException("--contestants must be able to keep a device's past for "
                            + what.model().label() + ", got: " + contestant.label());
                }
            }
        }
    }

    private String typed() {
        return "millrace loadtest "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }
}
