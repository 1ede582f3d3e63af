package io.millrace.topology.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The connectors at a pipeline's edges, and the Kafka Connect worker that runs them.
 *
 * @param source what brings telemetry into the source topic; empty: somebody else does
 * @param sources what else is brought into topics, such as device twins, in the file's order
 * @param sinks what takes records out of topics, in the file's order
 * @param worker further properties of the worker; {@code connect} in the file
 */
public record ConnectConfig(
        Optional<ConnectorConfig> source,
        List<ConnectorConfig> sources,
        List<ConnectorConfig> sinks,
        Map<String, String> worker) {

    public ConnectConfig {
        sources = List.copyOf(sources);
        sinks = List.copyOf(sinks);
        worker = Map.copyOf(worker);
        Set<String> names = new HashSet<>();
        all(source, sources, sinks).forEach(connector -> {
            if (!names.add(connector.name())) {
                throw new Violation("must have unique names, got twice: " + connector.name(), "sinks");
            }
        });
    }

    /** All connectors; none: no worker is needed. */
    public List<ConnectorConfig> connectors() {
        return all(source, sources, sinks).toList();
    }

    private static Stream<ConnectorConfig> all(
            Optional<ConnectorConfig> source, List<ConnectorConfig> sources, List<ConnectorConfig> sinks) {
        return Stream.of(source.stream(), sources.stream(), sinks.stream()).flatMap(connectors -> connectors);
    }

    @Override
    public String toString() {
        return "ConnectConfig" + connectors();
    }
}
