package io.millrace.connectors.worker;

import java.util.Map;
import java.util.TreeMap;

/**
 * A connector that a worker is to run.
 *
 * @param name unique among the worker's connectors
 * @param config its configuration as Kafka Connect takes it, {@code connector.class} included. Secrets stand in it as
 *     references ({@code ${env:NAME}}, {@code ${file:PATH}}), which are filled in on the worker and never
 *     reach a topic
 */
public record ConnectorSpec(String name, Map<String, String> config) {
    public ConnectorSpec {
        config = Map.copyOf(config);
    }

    /** Without values, some of which may be secret. */
    @Override
    public String toString() {
        return name + new TreeMap<>(config).keySet();
    }
}
