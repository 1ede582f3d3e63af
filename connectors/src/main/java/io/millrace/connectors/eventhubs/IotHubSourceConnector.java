package io.millrace.connectors.eventhubs;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Brings what devices send to an IoT Hub into a topic, by device; and what the IoT Hub tells of twins, life cycles and
 * connections into topics of their own.
 */
public final class IotHubSourceConnector extends HubSourceConnector {
    @Override
    SourceConfig parse(Map<String, String> given) {
        return new IotHubConfig(given);
    }

    @Override
    public ConfigDef config() {
        return IotHubConfig.DEFINITION;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return IotHubSourceTask.class;
    }
}
