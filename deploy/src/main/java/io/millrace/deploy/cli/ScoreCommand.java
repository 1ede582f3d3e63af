package io.millrace.deploy.cli;

import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.deploy.score.FileScoring;
import io.millrace.deploy.score.FileScoring.Counts;
import io.millrace.deploy.score.RowReader;
import io.millrace.deploy.score.RowWriter;
import io.millrace.deploy.score.ScorePipelines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace score}. */
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        header = "Scores the rows of a file, without Kafka.",
        description = {
            "Decoding, features and scorer are the same as in the stream.",
            "With --model, columns (or members of the JSON objects) feed the model's inputs in order, unless its"
                    + " metadata name them (millrace.features). With --pipeline, all is as in that pipeline.yaml."
        })
final class ScoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private What what;

    static final class What {
        @Option(names = "--model", paramLabel = "m.onnx", description = "The model to score with.")
        private @Nullable Path model;

        @Option(names = "--pipeline", paramLabel = "pipeline.yaml", description = "The pipeline to score as.")
        private @Nullable Path pipeline;
    }

    @Option(
            names = "--input",
            paramLabel = "FILE",
            required = true,
            description = "Rows: .csv with a header line, or .jsonl with one JSON object a line.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path input;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the scores go: .csv or .jsonl; without it, JSON lines on standard output.")
    private @Nullable Path output;

    @Override
    @SuppressWarnings("ClosingStandardOutputStreams") // Unclosed leaves it open
    public Integer call() throws Exception {
        try (RowReader rows = RowReader.open(input);
                LoadedPipeline loaded = load(rows);
                OutputStream sink = output == null ? new Unclosed(System.out) : Files.newOutputStream(output);
                RowWriter writer = RowWriter.to(sink, output, loaded);
                ProgressBar bar = progressBar()) {
            LongConsumer progress = bar == null ? bytes -> {} : bar::stepTo;
            Counts counts = new FileScoring(loaded, rows, writer).run(progress);
            spec.commandLine()
                    .getErr()
                    .printf(
                            Locale.ROOT,
                            "%,d row%s: %,d scored, %,d insufficient, %,d rejected%s%n",
                            counts.rows(),
                            counts.rows() == 1 ? "" : "s",
                            counts.scored(),
                            counts.insufficient(),
                            counts.rejected(),
                            output == null ? "" : "; written to " + output);
        }
        return ExitCode.OK;
    }

    private LoadedPipeline load(RowReader rows) throws Exception {
        return what.pipeline != null
                ? LoadedPipeline.load(what.pipeline)
                : ScorePipelines.load(java.util.Objects.requireNonNull(what.model), rows.columns());
    }

    /** None where nobody looks at it: a bar is noise in a log. */
    private @Nullable ProgressBar progressBar() throws IOException {
        if (!StatusLine.onTerminal()) {
            return null;
        }
        return new ProgressBarBuilder()
                .setTaskName("scoring")
                .setInitialMax(Files.size(input))
                .setUnit(" MB", 1 << 20)
                .setUpdateIntervalMillis(200)
                .hideEta()
                .build();
    }
}
