package io.millrace.connectors.iothub;

import io.millrace.connectors.delivery.Version;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;

/** Keeps a compacted topic the table of an IoT Hub's device twins, by device: tags, properties, and all else in them. */
public final class IotHubTwinsConnector extends SourceConnector {
    private Map<String, String> config = Map.of();

    @Override
    public void start(Map<String, String> values) {
        new IotHubTwinsConfig(values); // refuses what cannot work before a task is made
        config = Map.copyOf(values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return IotHubTwinsTask.class;
    }

    /** One task: a hub answers a few queries a second in all. */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(config);
    }

    @Override
    public void stop() {
        config = Map.of();
    }

    @Override
    public ConfigDef config() {
        return IotHubTwinsConfig.DEFINITION;
    }

    @Override
    public String version() {
        return Version.OF_THIS;
    }
}
