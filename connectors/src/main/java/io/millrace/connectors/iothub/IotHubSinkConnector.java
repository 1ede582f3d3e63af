package io.millrace.connectors.iothub;

import io.millrace.connectors.delivery.UniformSinkConnector;

/** Lets an alert act on the device that caused it, through IoT Hub: a direct method, or a desired property. */
public final class IotHubSinkConnector extends UniformSinkConnector {
    public IotHubSinkConnector() {
        super(IotHubSinkConfig.DEFINITION, IotHubSinkTask.class, IotHubSinkConfig::new);
    }
}
