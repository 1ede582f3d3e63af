package io.millrace.connectors.iothub;

import io.millrace.connectors.delivery.Contradictions;
import io.millrace.connectors.delivery.UniformSinkConnector;
import java.util.Map;
import org.apache.kafka.common.config.Config;

/**
 * Lets an alert act on the device that caused it, through IoT Hub: a direct method, a desired property, or a message.
 */
public final class IotHubSinkConnector extends UniformSinkConnector {
    public IotHubSinkConnector() {
        super(
                IotHubSinkConfig.DEFINITION,
                IotHubSinkTask.class,
                values -> Contradictions.refuse(new IotHubSinkConfig(values).contradictions()));
    }

    @Override
    public Config validate(Map<String, String> given) {
        return Contradictions.add(super.validate(given), () -> new IotHubSinkConfig(given).contradictions());
    }
}
