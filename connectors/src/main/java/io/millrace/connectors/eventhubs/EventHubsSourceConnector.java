package io.millrace.connectors.eventhubs;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/** Brings the events of an event hub into a topic, over AMQP: exactly once, each partition in its order. */
public final class EventHubsSourceConnector extends HubSourceConnector {
    static final ConfigDef DEFINITION = SourceConfig.definition("same");

    @Override
    SourceConfig parse(Map<String, String> given) {
        return new SourceConfig(DEFINITION, given);
    }

    @Override
    public ConfigDef config() {
        return DEFINITION;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return EventHubsSourceTask.class;
    }
}
