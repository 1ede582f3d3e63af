package io.millrace.deploy.run;

import io.millrace.connectors.alerts.AlertmanagerSinkConnector;
import io.millrace.connectors.alerts.WebhookSinkConnector;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.doctor.Finding;
import io.millrace.connectors.eventhubs.EventHubsSinkConnector;
import io.millrace.connectors.eventhubs.EventHubsSourceConnector;
import io.millrace.connectors.eventhubs.HubProbe;
import io.millrace.connectors.eventhubs.IotHubSourceConnector;
import io.millrace.connectors.iothub.IotHubSinkConnector;
import io.millrace.connectors.iothub.IotHubTwinsConnector;
import io.millrace.connectors.iothub.ServiceProbe;
import io.millrace.connectors.worker.ConnectorSpec;
import io.millrace.connectors.worker.WorkerOptions;
import io.millrace.topology.config.ConnectorConfig;
import io.millrace.topology.config.ConnectorConfig.Setting;
import io.millrace.topology.config.Guarantee;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;

/** A pipeline's connectors, as Kafka Connect is to run them. */
final class ConnectorPlan {
    /** The short names of our own connectors. Any other connector on the class path goes by its class. */
    private static final Map<String, String> SOURCES = Map.of(
            "event-hubs", EventHubsSourceConnector.class.getName(),
            "iot-hub", IotHubSourceConnector.class.getName(),
            "iot-hub-twins", IotHubTwinsConnector.class.getName());

    private static final Map<String, String> SINKS = Map.of(
            "alertmanager", AlertmanagerSinkConnector.class.getName(),
            "event-hubs", EventHubsSinkConnector.class.getName(),
            "iot-hub", IotHubSinkConnector.class.getName(),
            "webhook", WebhookSinkConnector.class.getName());

    private final PipelineConfig config;

    ConnectorPlan(PipelineConfig config) {
        this.config = config;
    }

    /** What Kafka Connect is to run. No secret stands in it. */
    List<ConnectorSpec> specs() {
        return config.connect().connectors().stream()
                .map(connector -> new ConnectorSpec(connector.name(), properties(connector, Setting::reference)))
                .toList();
    }

    /** The worker that runs them; empty if there are none. */
    Optional<WorkerOptions> worker(Map<String, Object> kafka) {
        if (config.connect().connectors().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new WorkerOptions(
                config.pipeline() + "-connect",
                kafka,
                config.guarantee() == Guarantee.EXACTLY_ONCE,
                config.connect().worker()));
    }

    /** Topics that the connectors need beside the pipeline's own. */
    List<TopicSpec> topics() {
        List<TopicSpec> topics = new ArrayList<>();
        if (!config.connect().sinks().isEmpty()) {
            topics.add(TopicSpec.of(undelivered(), 1));
        }
        for (ConnectorConfig source : config.connect().sources()) {
            Setting topic = source.settings().get("topic");
            if (topic != null && classOf(source).equals(IotHubTwinsConnector.class.getName())) {
                topics.add(TopicSpec.compacted(topic.value(), 1));
            }
        }
        return topics;
    }

    private String undelivered() {
        return config.topics().deadLetters() + "-sinks";
    }

    /** What Event Hubs and IoT Hubs at the edges say; see {@link HubProbe}. Configurations must have no problems. */
    List<Finding> probes(Duration patience) {
        List<Finding> findings = new ArrayList<>();
        for (ConnectorConfig connector : config.connect().connectors()) {
            Map<String, String> values = properties(connector, Setting::value);
            findings.addAll(HubProbe.look(connector.name(), values, patience));
            findings.addAll(ServiceProbe.look(connector.name(), values, patience));
        }
        return findings;
    }

    /** All that the connectors themselves find wrong. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        config.connect().source().ifPresent(source -> check(source, SourceConnector.class, problems));
        config.connect().sources().forEach(source -> check(source, SourceConnector.class, problems));
        config.connect().sinks().forEach(sink -> check(sink, SinkConnector.class, problems));
        problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return problems;
    }

    private void check(ConnectorConfig connector, Class<? extends Connector> kind, List<Problem> problems) {
        Connector made;
        try {
            made = Class.forName(classOf(connector))
                    .asSubclass(kind)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            Map<String, String> known = kind == SourceConnector.class ? SOURCES : SINKS;
            problems.add(config.locations()
                    .problem(
                            connector.path() + ".type",
                            "must be one of " + new TreeMap<>(known).keySet() + " or the class of a "
                                    + kind.getSimpleName() + " on the class path, got: " + connector.type()));
            return;
        }
        for (ConfigValue value :
                made.validate(properties(connector, Setting::value)).configValues()) {
            for (String message : value.errorMessages()) {
                problems.add(config.locations().problem(connector.path() + '.' + value.name(), message));
            }
        }
    }

    private Map<String, String> properties(ConnectorConfig connector, Function<Setting, String> text) {
        Map<String, String> properties = new HashMap<>(defaults(connector));
        connector.settings().forEach((key, setting) -> properties.put(key, text.apply(setting)));
        if (properties.containsKey("topics.regex")) {
            properties.remove("topics");
        }
        properties.put("connector.class", classOf(connector));
        return properties;
    }

    private Map<String, String> defaults(ConnectorConfig connector) {
        if (config.connect().sinks().contains(connector)) {
            return sinkDefaults();
        }
        return config.connect().source().filter(connector::equals).isPresent()
                ? Map.of(
                        "topic",
                        config.source().topic(),
                        "eventhubs.dead.letters.topic",
                        config.topics().deadLetters())
                : Map.of();
    }

    private Map<String, String> sinkDefaults() {
        return Map.of(
                "topics",
                config.topics().alerts(),
                "errors.tolerance",
                "all",
                "errors.deadletterqueue.topic.name",
                undelivered(),
                "errors.deadletterqueue.context.headers.enable",
                "true");
    }

    /** A source and a sink may go by the same short name. */
    private String classOf(ConnectorConfig connector) {
        Map<String, String> names = config.connect().sinks().contains(connector) ? SINKS : SOURCES;
        return names.getOrDefault(connector.type(), connector.type());
    }
}
