package io.millrace.topology.config;

import io.millrace.topology.config.Locations.Location;
import io.millrace.topology.config.QualityConfig.Limits;
import io.millrace.topology.config.SourceConfig.Format;
import io.millrace.topology.config.StateConfig.Store;
import io.millrace.topology.config.TopicsConfig.CloudEvents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads {@code pipeline.yaml}. Every problem is reported at once, with its line, the key's full path, the rule and
 * the value found (at most {@value Reading#MAX_PROBLEMS} of them). A refused value that comes from the environment or
 * from a file is shown as its placeholder; values under {@code kafka} are never shown.
 *
 * <p>The file's shape is told once, here and in {@link ModelReader} and its like: each key with its rule and its default. The
 * rules themselves belong to the records, which hold them for callers without a file too.
 */
public final class PipelineReader {
    private static final String PROFILE = "profile";

    private PipelineReader() {}

    /**
     * Reads a file, with this process's environment.
     *
     * @throws ConfigException carrying all problems
     */
    public static PipelineConfig read(Path file) throws ConfigException {
        String text;
        try {
            text = TextFile.read(file);
        } catch (Violation e) {
            throw new ConfigException(List.of(new Problem(file.toString(), 0, 0, "", e.rule())));
        }
        return read(file.toString(), text, System::getenv);
    }

    /**
     * Reads a text.
     *
     * @param sourceName the file's path for messages; relative paths in the text start from its folder
     * @param environment gives an environment variable's value, or null where it is not set
     * @throws ConfigException carrying all problems
     */
    public static PipelineConfig read(String sourceName, String yaml, Function<String, @Nullable String> environment)
            throws ConfigException {
        Path folder = Path.of(sourceName).resolveSibling("");
        Reading reading = new Reading(sourceName, new Placeholders(folder, environment));
        Optional<Node> root = YamlDocument.parse(yaml, reading);
        reading.throwIfAnyProblem();
        Section section = new Value(reading, "", Location.START, root.orElseThrow()).section();
        Optional<PipelineConfig> config =
                section.build(() -> pipeline(section, folder, reading)).flatMap(c -> c);
        reading.throwIfAnyProblem();
        return config.orElseThrow();
    }

    private static Optional<PipelineConfig> pipeline(Section root, Path folder, Reading reading) {
        String name = root.require("pipeline", PipelineConfig.NAME, "stand-in");
        Section sourceSection = root.section("source");
        Optional<ConnectorConfig> connector = ConnectReader.source(sourceSection);
        SourceConfig source = source(sourceSection);
        Optional<ModelConfig> model = ModelReader.read(root.section("model"), folder);
        BatchConfig batch = batch(root.section("batch"));
        QualityConfig quality = quality(root.section("quality"));
        List<DetectConfig> detect = DetectReader.read(root.list("detect"));
        RegistryConfig registry = registry(root.section("registry"));
        Set<String> properties = registry.properties().keySet();
        List<AlertConfig> alerts = AlertReader.alerts(root.list("alerts"), properties, reading);
        AlertingConfig alerting = AlertReader.alerting(root.section("alerting"), properties);
        Optional<TopicsConfig> topics = topics(root.section("topics"));
        Guarantee guarantee = root.get("guarantee", Rules.oneOf(Guarantee.class), Guarantee.EXACTLY_ONCE);
        Optional<KafkaConfig> kafka = kafka(root.section("kafka"));
        ConnectConfig connect = ConnectReader.read(root, connector);
        StateConfig state = state(root.section("state"), folder);
        topics.ifPresent(
                written -> registry.requireApartFrom(source.topic(), written.requireApartFrom(source.topic())));
        if (model.isEmpty() || topics.isEmpty() || kafka.isEmpty()) {
            return Optional.empty(); // and reported
        }
        return Optional.of(new PipelineConfig(
                name,
                source,
                model.get(),
                batch,
                quality,
                detect,
                alerts,
                alerting,
                registry,
                topics.get(),
                guarantee,
                kafka.get(),
                connect,
                state,
                reading.locations()));
    }

    private static SourceConfig source(Section source) {
        return source.build(() -> new SourceConfig(
                        source.get("topic", Rules.TOPIC, "telemetry"),
                        source.get("format", Rules.oneOf(Format.class), Format.JSON),
                        source.get("device", or(SourceConfig.DEVICE, "key"), Optional.empty()),
                        source.get("time", or(Rules.POINTER, "record"), Optional.empty()),
                        source.get("repartition", Rules.FLAG, false),
                        source.get("max-bytes", Rules.size(SourceConfig.MAX_BYTES), 1 << 20),
                        source.get("max-depth", SourceConfig.MAX_DEPTH, 64)))
                .orElseThrow();
    }

    /** What the rule reads, or that word for what the record itself has, read as empty. */
    private static Rule<Optional<String>> or(Rule<String> rule, String word) {
        return text -> {
            if (text.equals(word)) {
                return Optional.empty();
            }
            try {
                return Optional.of(rule.read(text));
            } catch (Violation e) {
                throw new Violation(e.rule() + ", or " + word);
            }
        };
    }

    private static BatchConfig batch(Section batch) {
        return batch.build(() -> new BatchConfig(
                        batch.get("rows", BatchConfig.ROWS, 256), batch.get("threads", BatchConfig.THREADS, 1)))
                .orElseThrow();
    }

    private static StateConfig state(Section state, Path folder) {
        return state.build(() -> new StateConfig(
                        state.get("store", Rules.oneOf(Store.class), Store.MEMORY),
                        state.optional("dir", Rules.path(folder))))
                .orElseThrow();
    }

    private static QualityConfig quality(Section quality) {
        Map<String, Limits> limits = new LinkedHashMap<>();
        quality.section("fields").all().forEach((field, value) -> {
            if (value.isNamedBy(Rules.POINTER, field)) {
                limits(value.section()).ifPresent(found -> limits.put(field, found));
            }
        });
        return quality.build(() ->
                        new QualityConfig(quality.get("clock-ahead", Rules.DURATION, Duration.ofMinutes(5)), limits))
                .orElseThrow();
    }

    private static Optional<Limits> limits(Section limits) {
        return limits.build(() -> new Limits(
                limits.get("min", Rules.NUMBER, Double.NEGATIVE_INFINITY),
                limits.get("max", Rules.NUMBER, Double.POSITIVE_INFINITY),
                limits.get("frozen-after", QualityConfig.FROZEN_AFTER, Limits.NEVER)));
    }

    private static RegistryConfig registry(Section registry) {
        Map<String, String> properties = new LinkedHashMap<>();
        registry.section("properties").all().forEach((name, value) -> {
            if (value.isNamedBy(RegistryConfig.PROPERTY, name)) {
                value.as(Rules.POINTER).ifPresent(pointer -> properties.put(name, pointer));
            }
        });
        return registry.build(() -> new RegistryConfig(
                        registry.optional("twins", Rules.TOPIC),
                        registry.optional("changes", Rules.TOPIC),
                        registry.optional("retired", Rules.TOPIC),
                        properties,
                        registry.get("predictions", Rules.FLAG, false)))
                .orElse(RegistryConfig.NONE);
    }

    private static Optional<TopicsConfig> topics(Section topics) {
        return topics.build(() -> new TopicsConfig(
                topics.get("predictions", Rules.TOPIC, "predictions"),
                topics.get("alerts", Rules.TOPIC, "alerts"),
                topics.get("dead-letters", Rules.TOPIC, "dead-letters"),
                topics.get("controls", Rules.TOPIC, "alert-controls"),
                topics.get("cloud-events", Rules.oneOf(CloudEvents.class), CloudEvents.ALERTS)));
    }

    private static Optional<KafkaConfig> kafka(Section kafka) {
        Map<String, String> properties = new LinkedHashMap<>();
        kafka.optional(PROFILE, Rules.oneOf(KafkaProfile.class))
                .ifPresent(profile -> properties.putAll(profile.settings()));
        kafka.all().forEach((key, value) -> {
            if (!key.equals(PROFILE)) {
                KafkaConfig.refusal(key).ifPresentOrElse(value::report, () -> value.as(Rules.TEXT)
                        .ifPresent(text -> properties.put(key, text)));
            }
        });
        return kafka.build(() -> new KafkaConfig(properties));
    }
}
