package io.millrace.deploy.cli;

import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.Feature;
import io.millrace.topology.config.InputMapping;
import io.millrace.topology.config.ModelConfig;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.RegistryConfig;
import io.millrace.topology.config.SourceConfig;
import io.millrace.topology.features.StateLayout;
import io.millrace.topology.score.PlanCompiler;
import io.millrace.topology.score.ScoringPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a pipeline will do, for a person: one line for each part. */
final class PipelineDescription {
    private final PipelineConfig config;
    private final LoadedPipeline loaded;
    private final List<String> lines = new ArrayList<>();

    private PipelineDescription(LoadedPipeline loaded) {
        this.loaded = loaded;
        this.config = loaded.config();
    }

    static List<String> of(LoadedPipeline loaded) {
        PipelineDescription description = new PipelineDescription(loaded);
        description.source();
        description.model();
        description.state();
        description.outputs();
        description.connectors();
        return description.lines;
    }

    private void source() {
        SourceConfig source = config.source();
        add(
                "source",
                "%s (%s), device %s, time %s%s",
                source.topic(),
                source.format().name().toLowerCase(Locale.ROOT),
                source.device().orElse("= record key"),
                source.time().orElse("= record timestamp"),
                source.repartition() ? ", repartitioned by device" : "");
        RegistryConfig registry = config.registry();
        if (!registry.topics().isEmpty()) {
            add("registry", "%s: %s", String.join(", ", registry.topics()), registry.properties());
        }
        add("kafka", "%s", config.kafka().properties().getOrDefault("bootstrap.servers", "embedded broker"));
        add("guarantee", "%s", config.guarantee().name().toLowerCase(Locale.ROOT));
    }

    private void model() {
        ModelConfig model = config.model();
        ModelContract contract = loaded.scorer().contract();
        add(
                "model",
                "%s%s, %s, %d thread%s within a call",
                model.name(),
                model.version().map(version -> " version " + version).orElse(""),
                model.file().map(Path::toString).orElse("only on the server"),
                model.runs().threads(),
                model.runs().threads() == 1 ? "" : "s");
        loaded.scorer().device().lines().forEach(line -> add("device", "%s", line));
        if (!contract.sha256().isEmpty()) {
            add("sha256", "%s", contract.sha256());
        }
        for (TensorSpec input : contract.inputs()) {
            InputMapping mapping = model.inputs().get(input.name());
            add("input", "%s ← %s", input, mapping == null ? "the device's own state" : describe(mapping));
        }
        model.scoresOf(contract)
                .forEach((name, score) -> add(
                        "score",
                        "%s = %s%s",
                        name,
                        score.output(),
                        score.index().isPresent()
                                ? "[" + score.index().getAsInt() + "]"
                                : score.label().map(label -> "[" + label + "]").orElse("")));
        add(
                "batch",
                "up to %d rows on %d scorer thread%s; a call costs %.1f µs + %.2f µs a row here",
                Math.min(config.batch().rows(), loaded.scorer().maxRows()),
                config.batch().threads(),
                config.batch().threads() == 1 ? "" : "s",
                loaded.scorer().cost().callNanos() / 1000,
                loaded.scorer().cost().nanosPerRow() / 1000);
    }

    private void state() {
        ScoringPlan plan = PlanCompiler.compile(config, loaded.scorer().contract());
        StateLayout layout = plan.features().layout();
        if (plan.features().stateful()) {
            add(
                    "state",
                    "events back: %d, fields: %d, recurrent numbers: %d; %d bytes per event to the changelog",
                    plan.features().lookBack(),
                    layout.fields().length,
                    layout.hidden(),
                    layout.entryBytes(1));
        } else {
            add("state", "none: a row needs nothing but its own record");
        }
    }

    private void outputs() {
        config.detect()
                .forEach(detector -> add(
                        "detector",
                        "%s on %s: told 1 in %d, then silent for %d events",
                        detector.name(),
                        String.join(", ", detector.on()),
                        detector.gate().oneIn(),
                        detector.refractory()));
        for (AlertConfig alert : config.alerts()) {
            for (AlertConfig.Level level : alert.levels()) {
                add(
                        "alert",
                        "%s (%s): raised when %s for %s, cleared when %s",
                        alert.name(),
                        level.severity().name().toLowerCase(Locale.ROOT),
                        level.when(),
                        alert.raise(),
                        level.clear());
            }
        }
        add(
                "topics",
                "%s, %s, %s",
                config.topics().predictions(),
                config.topics().alerts(),
                config.topics().deadLetters());
    }

    private void connectors() {
        config.connect()
                .source()
                .ifPresent(source -> add(
                        "connector", "%s → %s", source.type(), config.source().topic()));
        config.connect().sources().forEach(source -> add("connector", "%s: %s", source.name(), source.type()));
        config.connect().sinks().forEach(sink -> add("sink", "%s: %s", sink.name(), sink.type()));
    }

    private static String describe(InputMapping mapping) {
        if (mapping instanceof InputMapping.Window window) {
            return "the last " + window.events() + " of " + String.join(", ", window.fields());
        }
        return ((InputMapping.Row) mapping)
                .features().stream().map(PipelineDescription::describe).collect(Collectors.joining(", "));
    }

    private static String describe(Feature feature) {
        if (feature instanceof Feature.Lag lag) {
            return lag.field() + " " + lag.events() + " ago";
        }
        if (feature instanceof Feature.Delta delta) {
            return "Δ" + delta.events() + " " + delta.field();
        }
        if (feature instanceof Feature.Rolling rolling) {
            return rolling.statistic().name().toLowerCase(Locale.ROOT) + rolling.over() + " " + rolling.field();
        }
        if (feature instanceof Feature.Word word) {
            return word.field() + " as one of " + word.vocabulary().size() + " words";
        }
        if (feature instanceof Feature.Constant constant) {
            return "always " + constant.value();
        }
        return feature instanceof Feature.OfField now ? now.field() : "seconds since the last event";
    }

    private void add(String part, String format, Object... values) {
        lines.add(String.format(Locale.ROOT, "%-10s", part) + String.format(Locale.ROOT, format, values));
    }
}
