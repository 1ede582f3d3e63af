package io.millrace.loadtest.compare;

import io.millrace.loadtest.pipeline.Contestant;
import io.millrace.loadtest.pipeline.Model;
import io.millrace.loadtest.process.Broker;
import io.millrace.loadtest.process.BrokerOptions;
import io.millrace.loadtest.report.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        description = "Lets Millrace and baselines drain the same backlog in turn, on one broker, over several rounds.",
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
            description = "Who takes part (default: ${DEFAULT-VALUE}).")
    private List<String> contestants = List.of();

    @Option(names = "--models", split = ",", defaultValue = "mlp16", description = "mlp16, window64x8, image28x28.")
    private List<String> models = List.of();

    @Option(names = "--baseline", defaultValue = "pass-through", description = "Whom ratios refer to.")
    private String baseline = "";

    @Option(names = "--rounds", defaultValue = "5")
    private int rounds;

    @Option(names = "--records", defaultValue = "2000000", description = "In the backlog (default: ${DEFAULT-VALUE}).")
    private long records;

    @Option(names = "--guarantee", defaultValue = "exactly_once", description = "exactly_once or at_least_once.")
    private String guarantee = "";

    @Option(names = "--partitions", defaultValue = "8")
    private int partitions;

    @Option(names = "--devices", defaultValue = "1000")
    private int devices;

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
        boolean exactlyOnce =
                switch (guarantee) {
                    case "exactly_once" -> true;
                    case "at_least_once" -> false;
                    default ->
                        throw new IllegalArgumentException(
                                "--guarantee must be exactly_once or at_least_once, got: " + guarantee);
                };
        Comparison.Plan plan = new Comparison.Plan(
                contestants.stream().map(Contestant::named).toList(),
                rounds,
                records,
                partitions,
                devices,
                exactlyOnce,
                commitMillis,
                threads,
                heap,
                command,
                settings);
        List<Model> chosen = models.stream().map(Model::named).toList();
        Contestant reference = Contestant.named(baseline);
        Machine machine = Machine.here();
        long start = System.nanoTime();
        Path folder = Files.createTempDirectory("millrace-compare");
        Map<String, List<Standing>> standings = new LinkedHashMap<>();
        try (Broker broker = kafka.open(folder)) {
            for (Model model : chosen) {
                standings.put(
                        model.label(), new Comparison(plan, model, broker, folder, System.out::println).standings());
            }
        }
        ComparisonReport report = new ComparisonReport(machine, typed(), plan, reference, standings);
        report.write(out);
        System.out.println(report.markdown());
        System.out.printf(
                "took %d s%n", Duration.ofNanos(System.nanoTime() - start).toSeconds());
        boolean sound = standings.values().stream().flatMap(List::stream).allMatch(standing -> standing.faults()
                .isEmpty());
        return sound ? 0 : FAULTY;
    }

    private String typed() {
        return "millrace loadtest "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }
}
