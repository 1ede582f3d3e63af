package io.millrace.connectors.iothub;

import io.millrace.connectors.delivery.Version;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** Lets an alert act on the device that caused it, through IoT Hub: a direct method, or a desired property. */
public final class IotHubSinkConnector extends SinkConnector {
    private Map<String, String> config = Map.of();

    @Override
    public void start(Map<String, String> values) {
        new IotHubSinkConfig(values); // refuses what cannot work before a task is made
        config = Map.copyOf(values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return IotHubSinkTask.class;
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
        return IotHubSinkConfig.DEFINITION;
    }

    @Override
    public String version() {
        return Version.OF_THIS;
    }
}
