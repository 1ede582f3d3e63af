package io.millrace.loadtest.jmh;

import io.millrace.loadtest.pipeline.Model;
import io.millrace.scorers.ModelException;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import io.millrace.topology.config.ConfigException;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.PipelineReader;
import io.millrace.topology.score.PlanCompiler;
import io.millrace.topology.score.ScoringPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A pipeline as a user would write it, with one of the load test's models. Its model stays open until the fork ends. */
final class Pipeline {
    /** The record's own 16 fields. */
    static final String ROW = row(Model.MLP16);

    final OnnxScorer scorer;
    final PipelineConfig config;
    final ScoringPlan plan;

    /** @param input what fills the model's input, as in {@code pipeline.yaml} */
    Pipeline(Model model, String input) {
        try {
            Path folder = Files.createTempDirectory("millrace-jmh");
            Path file = model.extract(folder);
            scorer = OnnxScorer.open(ModelFile.read(file), OnnxOptions.defaults());
            Files.delete(file);
            Files.delete(folder);
            config = PipelineReader.read("jmh.yaml", yaml(model, input), name -> null);
            plan = PlanCompiler.compile(config, scorer.contract());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ModelException | ConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All numbers of a record. */
    static String row(Model model) {
        return IntStream.range(0, model.features())
                .mapToObj(model.layout()::pointer)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String yaml(Model model, String input) {
        return """
                pipeline: jmh
                source: {topic: telemetry, format: json, device: key, time: /ts}
                model:
                  name: %s
                  uri: file:model.onnx
                  inputs: {features: %s}
                alerts:
                  - {name: high, when: score > 0.9, clear: score < 0.8}
                  - {name: often, when: score > 0.6, for: 3 of 5, clear: score < 0.5}
                  - {name: low, when: score < 0.1, for: 2 of 2, clear: score > 0.2}
                kafka: {bootstrap.servers: 'localhost:9092'}
                """.formatted(model.label(), input);
    }
}
