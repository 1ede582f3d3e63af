package io.millrace.deploy.cli;

import io.millrace.deploy.run.LoadedPipeline;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        header = "Tells all problems of a pipeline, or what will run where.",
        description = "Loads the model and holds the mapping against its real inputs and outputs. Talks to no broker.")
final class CheckCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "pipeline.yaml", description = "The pipeline to check.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Override
    public Integer call() throws Exception {
        try (LoadedPipeline loaded = LoadedPipeline.load(file)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("ok: " + file);
            PipelineDescription.of(loaded).forEach(line -> out.println("  " + line));
            out.flush();
        }
        return ExitCode.OK;
    }
}
