package io.millrace.connectors.eventhubs;

import io.millrace.connectors.delivery.Contradictions;
import io.millrace.connectors.delivery.UniformSinkConnector;
import java.util.Map;
import org.apache.kafka.common.config.Config;

/** Sends records to an event hub, over AMQP: at least once, each key in its order. */
public final class EventHubsSinkConnector extends UniformSinkConnector {
    public EventHubsSinkConnector() {
        super(
                EventHubsSinkConfig.DEFINITION,
                EventHubsSinkTask.class,
                values -> Contradictions.refuse(new EventHubsSinkConfig(values).contradictions()));
    }

    @Override
    public Config validate(Map<String, String> given) {
        return Contradictions.add(super.validate(given), () -> new EventHubsSinkConfig(given).contradictions());
    }
}
