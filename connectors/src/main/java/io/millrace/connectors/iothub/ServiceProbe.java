package io.millrace.connectors.iothub;

import io.millrace.connectors.doctor.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Finds out over AMQP whether an IoT Hub lets a sink's policy in, and takes messages from it. Nothing is sent. */
public final class ServiceProbe {
    private ServiceProbe() {}

    /**
     * Looks at a sink's IoT Hub.
     *
     * @param name the connector's, for the findings
     * @param connector its configuration, which is sound; with {@code connector.class}
     * @param patience how long it may take
     * @return nothing for any other connector
     */
    public static List<Finding> look(String name, Map<String, String> connector, Duration patience) {
        if (!IotHubSinkConnector.class.getName().equals(connector.get("connector.class"))) {
            return List.of();
        }
        IotHubSinkConfig config = new IotHubSinkConfig(connector);
        String hub = "IoT Hub " + config.connection().hostName();
        try (DeviceMessenger messenger = config.messenger(patience)) {
            messenger.connect();
            return List.of(Finding.ok(name, hub + " lets the policy in, and takes messages to devices"));
        } catch (IOException e) {
            return List.of(Finding.problem(
                    name,
                    hub + " cannot be used: " + e.getMessage()
                            + ". Check iothub.connection.string, the policy's right service connect, and port 5671"));
        }
    }
}
