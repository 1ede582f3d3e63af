package io.millrace.connectors.alerts;

import io.millrace.connectors.delivery.Version;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Keeps Prometheus Alertmanager (API v2) told of open alerts, and tells it of those that are over. It has to read the
 * whole table of alerts: a compacted topic.
 */
public final class AlertmanagerSinkConnector extends SinkConnector {
    private Map<String, String> config = Map.of();

    @Override
    public void start(Map<String, String> values) {
        new AlertmanagerConfig(values); // refuses what cannot work before a task is made
        config = Map.copyOf(values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return AlertmanagerSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return Collections.nCopies(maxTasks, config);
    }

    @Override
    public void stop() {
        config = Map.of();
    }

    @Override
    public ConfigDef config() {
        return AlertmanagerConfig.DEFINITION;
    }

    @Override
    public String version() {
        return Version.OF_THIS;
    }
}
