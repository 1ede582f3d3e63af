package io.millrace.deploy.cli;

import io.millrace.deploy.demo.Demo;
import io.millrace.deploy.demo.DemoOptions;
import io.millrace.deploy.demo.DemoReport;
import io.millrace.deploy.demo.PumpFleet;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        header = "Shows Millrace at work on a simulated fleet of pumps.",
        description =
                "Nothing else need be installed: it brings an embedded Kafka broker, pumps with faults at known times,"
                        + " a small trained autoencoder, predictions, alerts, and a page to watch them on.")
final class DemoCommand implements Callable<Integer> {
    private static final int MOST_READINGS = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Durations.class,
            description = "End by itself after this time, with a summary, such as 60s or 5m.")
    private @Nullable Duration length;

    @Option(names = "--pumps", defaultValue = "50", description = "Pumps in the fleet (default: ${DEFAULT-VALUE}).")
    private int pumps;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "4",
            description = "Readings of each pump a second (default: ${DEFAULT-VALUE}).")
    private int readingsPerSecond;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the fleet and its faults (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            converter = Addresses.class,
            defaultValue = "8080",
            description = "Where the page is served (default: 127.0.0.1:${DEFAULT-VALUE}); port 0 takes a free one.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private InetSocketAddress http;

    @Option(
            names = "--event-hubs",
            description = "Send the readings through Event Hubs: a peer on this machine, and the connector for it.")
    private boolean eventHubs;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep the broker's data there; without it, a temporary folder that is removed at the end.")
    private @Nullable Path data;

    @Option(names = "--summary-json", paramLabel = "FILE", description = "Write the summary there as JSON too.")
    private @Nullable Path summary;

    @Override
    public Integer call() throws Exception {
        requireBetween("--pumps", pumps, PumpFleet.MOST_PUMPS);
        requireBetween("--rate", readingsPerSecond, MOST_READINGS);
        if (summary != null) {
            Files.writeString(summary, ""); // better now than after an hour
        }
        Path home = data != null ? data : Files.createTempDirectory("millrace-demo-");
        try (StopSignal stop = new StopSignal()) {
            try {
                return run(new DemoOptions(pumps, readingsPerSecond, seed, length, http, eventHubs, home), stop);
            } finally {
                if (data == null) { // before the signal is let go: the process ends with it
                    Utils.delete(home.toFile());
                }
            }
        }
    }

    private int run(DemoOptions options, StopSignal stop) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        DemoReport report = new Demo(options, out, stop::isAsked).run();
        out.println();
        report.lines().forEach(out::println);
        out.flush();
        if (summary != null) {
            Files.writeString(summary, report.json());
        }
        return report.unaccounted() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private void requireBetween(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be between 1 and " + most + ", got: " + value);
        }
    }
}
