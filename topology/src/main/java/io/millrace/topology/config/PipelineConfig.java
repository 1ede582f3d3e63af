package io.millrace.topology.config;

import io.millrace.scorers.ModelContract;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A whole {@code pipeline.yaml}, checked as far as can be without its model.
 *
 * @param pipeline the pipeline's name; becomes Kafka Streams' {@code application.id}
 * @param source where telemetry comes from
 * @param model the model and what goes in and out of it
 * @param batch how rows are gathered for it
 * @param quality when readings are not fit to be scored
 * @param detect the detectors, in the file's order
 * @param alerts when alerts are raised and cleared, in the file's order
 * @param alerting what holds for all of them
 * @param registry what else is known of the devices
 * @param topics where results go
 * @param guarantee what a crash may do to them
 * @param kafka what is passed to Kafka's clients
 * @param connect the connectors at its edges
 * @param state where the devices' pasts are kept
 * @param locations where each key stands, for problems that are found later
 */
public record PipelineConfig(
        String pipeline,
        SourceConfig source,
        ModelConfig model,
        BatchConfig batch,
        QualityConfig quality,
        List<DetectConfig> detect,
        List<AlertConfig> alerts,
        AlertingConfig alerting,
        RegistryConfig registry,
        TopicsConfig topics,
        Guarantee guarantee,
        KafkaConfig kafka,
        ConnectConfig connect,
        StateConfig state,
        Locations locations) {
    static final TextRule NAME = new TextRule(
            "[a-z0-9][a-z0-9._-]{0,99}",
            "must be 1 to 100 lower-case letters, digits, '.', '_' or '-', with a letter or digit first");

    public PipelineConfig {
        NAME.check("pipeline", pipeline);
        detect = List.copyOf(detect);
        alerts = List.copyOf(alerts);
        Set<String> names = new HashSet<>();
        for (AlertConfig alert : alerts) {
            if (!names.add(alert.name())) {
                throw new Violation("must have unique names, got twice: " + alert.name(), "alerts");
            }
        }
        topics.requireApartFrom(source.topic());
        registry.requireApartFrom(source.topic(), topics);
    }

    /** What rules call {@link AlertConfig#THRESHOLD}: the model's own, unless a score is called so. */
    OptionalDouble thresholdOf(ModelContract contract) {
        boolean taken = model.scoresOf(contract).containsKey(AlertConfig.THRESHOLD)
                || detected().contains(AlertConfig.THRESHOLD);
        return taken ? OptionalDouble.empty() : contract.threshold();
    }

    /** The alerts, with the model's own threshold where they name it. */
    public List<AlertConfig> alertsFor(ModelContract contract) {
        OptionalDouble threshold = thresholdOf(contract);
        return threshold.isEmpty()
                ? alerts
                : alerts.stream()
                        .map(alert -> alert.withThreshold(threshold.getAsDouble()))
                        .toList();
    }

    /**
     * JSON pointers of all fields that are read from a payload, each once, in the order of first use:
     * the model's inputs, then those that only quality looks at.
     */
    public List<String> fields() {
        Set<String> fields = new LinkedHashSet<>();
        model.inputs().values().forEach(input -> input.eachField((field, history) -> fields.add(field)));
        fields.addAll(quality.fields().keySet());
        return List.copyOf(fields);
    }

    /** Fields that detectors and the alerts' rules look at, each once, in the order of first use. */
    public List<String> observedFields() {
        Set<String> fields = new LinkedHashSet<>();
        detect.stream().filter(DetectConfig::onField).forEach(detector -> fields.addAll(detector.on()));
        alerts.forEach(alert -> fields.addAll(alert.fields()));
        return List.copyOf(fields);
    }

    /** Those of them that nothing else asks for: read where they are there. */
    public List<String> ruleFields() {
        List<String> others = fields();
        return observedFields().stream()
                .filter(field -> !others.contains(field))
                .toList();
    }

    /** What the alerts' rules ask of a device's twin, each once, in the order of first use. */
    public List<TwinValue> twinValues() {
        return alerts.stream()
                .flatMap(alert -> alert.twinValues().stream())
                .distinct()
                .toList();
    }

    /** The names of the scores that detectors make. */
    public List<String> detected() {
        return detect.stream().flatMap(detector -> detector.scores().stream()).toList();
    }

    /** What is made of the words of fields that have a vocabulary, by JSON pointer. */
    public Map<String, Feature.Word> words() {
        Map<String, Feature.Word> words = new LinkedHashMap<>();
        model.inputs().values().forEach(input -> input.features().forEach(feature -> {
            if (feature instanceof Feature.Word word) {
                words.put(word.field(), word);
            }
        }));
        return words;
    }

    /** Fields that stay text because the model takes text, by JSON pointer. */
    public Set<String> texts(ModelContract contract) {
        Set<String> texts = new LinkedHashSet<>();
        model.inputs().forEach((name, input) -> {
            if (contract.input(name).map(spec -> spec.type().isText()).orElse(false)) {
                input.eachField((field, history) -> texts.add(field));
            }
        });
        return texts;
    }
}
