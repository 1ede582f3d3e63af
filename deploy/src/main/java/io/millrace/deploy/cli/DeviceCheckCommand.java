package io.millrace.deploy.cli;

import io.millrace.deploy.score.DeviceTrial;
import io.millrace.scorers.Device;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace device-check}. */
@Command(
        name = "device-check",
        mixinStandardHelpOptions = true,
        header = "Holds a device's results and speed against the CPU's.",
        description =
                "Runs a model on the device and on the CPU, with batches of 1 row up to --rows, from one caller and from"
                        + " several at once. Prints a Markdown table: rows a second, and the time of a call. Ends with exit code 3 if"
                        + " the device is not to be had, takes no part of the model, or has other results.")
final class DeviceCheckCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "model.onnx", description = "The model to run.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            converter = Devices.class,
            required = true,
            description = "As in pipeline.yaml: cuda:0, tensorrt:0, plugin:…, remote:…, or cpu against itself.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Device device;

    @Option(
            names = "--tolerance",
            defaultValue = "0.001",
            description = "How far results may be apart (default: ${DEFAULT-VALUE}).")
    private double tolerance;

    @Option(names = "--rows", defaultValue = "4096", description = "The largest batch (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--callers",
            split = ",",
            defaultValue = "1,4",
            description = "Callers at once, each with a batch of its own (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Integer> callers;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Durations.class,
            defaultValue = "500ms",
            description = "How long each is measured (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Duration length;

    @Override
    public Integer call() throws Exception {
        if (rows < 1 || rows > OnnxOptions.MAX_ROWS || callers.stream().anyMatch(n -> n < 1 || n > 64)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rows must be between 1 and " + OnnxOptions.MAX_ROWS + " and --callers between 1 and 64");
        }
        ModelFile model = ModelFile.read(file);
        OnnxOptions options = OnnxOptions.defaults().withMaxRows(rows);
        PrintWriter out = spec.commandLine().getOut();
        try (OnnxScorer cpu = OnnxScorer.open(model, options);
                OnnxScorer other =
                        OnnxScorer.open(model, options.withDevice(device, true).withTolerance(tolerance))) {
            other.device().lines().forEach(out::println);
            out.println();
            out.println("| callers | rows | CPU rows/s | p50 µs | p99 µs | " + other.provider()
                    + " rows/s | p50 µs | p99 µs | × CPU |");
            out.println("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
            for (int count : callers) {
                for (int size : IntStream.iterate(1, n -> n <= rows, n -> 2 * n).toArray()) {
                    row(out, count, size, trial(cpu, count, size), trial(other, count, size));
                }
            }
        }
        return ExitCode.OK;
    }

    private DeviceTrial trial(OnnxScorer scorer, int count, int size) throws Exception {
        return DeviceTrial.run(scorer, count, size, length);
    }

    private static void row(PrintWriter out, int count, int size, DeviceTrial cpu, DeviceTrial other) {
        out.printf(
                Locale.ROOT,
                "| %d | %d | %,.0f | %.1f | %.1f | %,.0f | %.1f | %.1f | %.2f |%n",
                count,
                size,
                cpu.rowsPerSecond(),
                cpu.medianMicros(),
                cpu.p99Micros(),
                other.rowsPerSecond(),
                other.medianMicros(),
                other.p99Micros(),
                other.rowsPerSecond() / cpu.rowsPerSecond());
        out.flush();
    }
}
