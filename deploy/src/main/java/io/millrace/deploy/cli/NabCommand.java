package io.millrace.deploy.cli;

import io.millrace.deploy.nab.NabBenchmark;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace nab}. */
@Command(
        name = "nab",
        mixinStandardHelpOptions = true,
        header = "Measures the detectors on the Numenta Anomaly Benchmark.",
        description =
                "Runs them over the files as a pipeline would, row by row, with one configuration for all, and scores them"
                        + " by the benchmark's own rules. What they say of each row is written in the benchmark's result format, for"
                        + " its own scorer.")
final class NabCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "A copy of github.com/numenta/NAB, or a part of it: data/ and labels/combined_windows.json.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "Where results go (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Option(names = "--detector", paramLabel = "NAME", description = "Only that one; may be given more than once.")
    private List<String> detectors = List.of();

    @Override
    public Integer call() throws Exception {
        spec.commandLine().getOut().print(NabBenchmark.run(data, out, detectors));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
