package io.millrace.connectors.testing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to a device.
 *
 * @param device its id
 * @param id the message's id, if it has one
 * @param body as UTF-8 text
 * @param properties the application properties
 */
public record DeviceMessage(String device, @Nullable String id, String body, Map<String, Object> properties) {
    public DeviceMessage {
        properties = Map.copyOf(properties);
    }
}
