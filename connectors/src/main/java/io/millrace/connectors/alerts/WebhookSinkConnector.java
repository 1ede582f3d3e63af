package io.millrace.connectors.alerts;

import io.millrace.connectors.delivery.Version;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Posts records to a web server as CloudEvents (HTTP protocol binding 1.0, binary mode), in the order of each
 * partition. One that the receiver does not take in time becomes a dead letter.
 */
public final class WebhookSinkConnector extends SinkConnector {
    private Map<String, String> config = Map.of();

    @Override
    public void start(Map<String, String> values) {
        new WebhookConfig(values); // refuses what cannot work before a task is made
        config = Map.copyOf(values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return WebhookSinkTask.class;
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
        return WebhookConfig.DEFINITION;
    }

    @Override
    public String version() {
        return Version.OF_THIS;
    }
}
