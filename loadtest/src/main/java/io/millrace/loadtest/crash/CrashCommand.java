package io.millrace.loadtest.crash;

import io.millrace.loadtest.crash.CrashOptions.GroupProtocol;
import io.millrace.loadtest.crash.CrashOptions.StateStore;
import io.millrace.loadtest.crash.Variant.Guarantee;
import io.millrace.loadtest.crash.Variant.Kind;
import io.millrace.loadtest.process.Broker;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace loadtest crash}. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        description = {
            "Proves that nothing is lost, doubled or miscounted: runs real pipelines on a real broker, kills and"
                    + " freezes both at random moments, and holds what came out against a reference.",
            "Exit codes: 0 all is as it must be; 1 it is not; 2 wrong usage."
        })
public final class CrashCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "8",
            description = {
                "Kill at least so many instances of each variant (default: ${DEFAULT-VALUE}).",
                "Each other blow is dealt at least once."
            })
    private int kills;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Minutes.class,
            description = "Begin anew, with the next seed, until so much time has passed, such as 90m or 8h.")
    private @Nullable Duration length;

    @Option(names = "--seed", defaultValue = "1", description = "Of events and faults (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "3000",
            description = "Records a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--devices", defaultValue = "200", description = "Devices (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--group-protocol",
            defaultValue = "CLASSIC",
            description = "classic or streams (default: classic).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private GroupProtocol protocol;

    @Option(
            names = "--state-store",
            defaultValue = "MEMORY",
            description = "memory or disk: where the pipelines keep devices' pasts (default: memory).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private StateStore store;

    @Option(
            names = "--variant",
            paramLabel = "ID",
            split = ",",
            description = "Only these, such as stateful-exactly-once; without it, all six.")
    private List<String> only = List.of();

    @Option(
            names = "--prove-it-fails",
            description = "Test the rig: what holds records back must pass unhurt, and lose records when killed.")
    private boolean proveItFails;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "Keep all data and logs there; without it, in a temporary folder that stays only if"
                    + " something is wrong.")
    private @Nullable Path work;

    @Option(
            names = "--millrace",
            paramLabel = "FILE",
            defaultValue = "${env:MILLRACE:-deploy/millrace}",
            description = "The launcher of what is tested, already built (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path launcher;

    /** Runs the command by itself. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new CrashCommand()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (kills < 1) {
            throw new ParameterException(spec.commandLine(), "--kills must be 1 or more, got: " + kills);
        }
        CrashOptions options = new CrashOptions(classPath(), rate, devices, protocol, store, seed);
        Path home = work != null ? Files.createDirectories(work) : Files.createTempDirectory("millrace-crash-");
        boolean well = proveItFails ? proveItFails(options, home) : soak(options, home);
        if (work == null && well) {
            Utils.delete(home.toFile());
        } else {
            out().println("data and logs: " + home);
        }
        out().println(well ? "all is as it must be" : "NOT all is as it must be");
        out().flush();
        return well ? 0 : 1;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private String classPath() {
        Path libraries = launcher.toAbsolutePath().resolveSibling("target").resolve("lib");
        if (!Files.isDirectory(libraries)) {
            throw new ParameterException(
                    spec.commandLine(), "--millrace must be a launcher that has been built, found no " + libraries);
        }
        return libraries + "/*";
    }

    private List<Variant> variants() {
        List<Variant> variants = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Guarantee guarantee : Guarantee.values()) {
                variants.add(new Variant(kind, guarantee));
            }
        }
        List<String> known = variants.stream().map(Variant::id).toList();
        if (!known.containsAll(only)) {
            throw new ParameterException(spec.commandLine(), "--variant must be among " + known + ", got: " + only);
        }
        variants.removeIf(variant -> !only.isEmpty() && !only.contains(variant.id()));
        return variants;
    }

    private boolean soak(CrashOptions options, Path home) throws Exception {
        List<Variant> variants = variants();
        long end = System.nanoTime() + (length == null ? 0 : length.toNanos());
        boolean well = true;
        long pass = 0;
        do {
            Path folder = home.resolve("pass-" + pass);
            boolean clean = true;
            for (Round.Result result : pass(options.withSeed(seed + pass), folder, variants, false, kills)) {
                clean &= result.verdict().clean();
            }
            if (clean && work == null) {
                Utils.delete(folder.toFile());
            }
            well &= clean;
            pass++;
        } while (System.nanoTime() < end);
        return well;
    }

    private boolean proveItFails(CrashOptions options, Path home) throws Exception {
        List<Variant> stateless = variants().stream()
                .filter(variant -> variant.kind() == Kind.STATELESS)
                .toList();
        if (stateless.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--prove-it-fails must have a stateless --variant, got: " + only);
        }
        boolean well = true;
        for (Round.Result unhurt : pass(options, home.resolve("unhurt"), stateless, true, 0)) {
            well &= unhurt.verdict().clean();
        }
        for (Round.Result killed : pass(options, home.resolve("killed"), stateless, true, kills)) {
            well &= killed.verdict().count(Verdict.Fault.LOST) > 0;
        }
        return well;
    }

    /** Each variant once, all on one broker. */
    private List<Round.Result> pass(
            CrashOptions options, Path home, List<Variant> variants, boolean holdingBack, int times) throws Exception {
        Files.createDirectories(home);
        out().printf(
                        Locale.ROOT,
                        "seed %d, %s group protocol, state in %s, %,d records/s of %,d devices, %d kills of %s%n",
                        options.seed(),
                        options.protocol().name().toLowerCase(Locale.ROOT),
                        options.store().name().toLowerCase(Locale.ROOT),
                        options.rate(),
                        options.devices(),
                        times,
                        holdingBack ? "what holds records back" : "each pipeline");
        List<Round.Result> results = new ArrayList<>();
        try (Broker broker = Pipelines.broker(home, options)) {
            for (Variant variant : variants) {
                Round round = new Round(options, broker, variant, holdingBack, times, this::progress);
                Round.Result result = round.run(home.resolve(variant.id()));
                results.add(result);
                Summary.of(result).forEach(out()::println);
                out().flush();
            }
        }
        return results;
    }

    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    /** {@code 90s}, {@code 30m}, {@code 8h}. */
    private static final class Minutes implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            if (!text.matches("\\d{1,6}[smh]")) {
                throw new CommandLine.TypeConversionException(
                        "must be a number with s, m or h, such as 30m, got: " + text);
            }
            return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        }
    }
}
