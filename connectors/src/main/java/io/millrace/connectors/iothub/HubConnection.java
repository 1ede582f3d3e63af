package io.millrace.connectors.iothub;

import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;

/**
 * An IoT Hub's connection string: {@code HostName=…;SharedAccessKeyName=…;SharedAccessKey=…}. Secret, and never shown.
 *
 * @param hostName such as {@code hub.azure-devices.net}
 * @param keyName the shared access policy
 * @param key its key, in Base64
 */
public record HubConnection(String hostName, String keyName, String key) {
    /** @throws ConfigException naming the part that is missing or cannot be used; it shows no value */
    public static HubConnection parse(String text) {
        Map<String, String> parts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String part : text.strip().split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            }
        }
        HubConnection connection = new HubConnection(
                need(parts, "HostName").toLowerCase(Locale.ROOT),
                need(parts, "SharedAccessKeyName"),
                need(parts, "SharedAccessKey"));
        try {
            Base64.getDecoder().decode(connection.key());
        } catch (IllegalArgumentException e) {
            throw new ConfigException("the IoT Hub's connection string must have its SharedAccessKey in Base64");
        }
        return connection;
    }

    private static String need(Map<String, String> parts, String name) {
        String value = parts.get(name);
        if (value == null || value.isEmpty()) {
            throw new ConfigException("the IoT Hub's connection string must have " + name + ", got: " + parts.keySet()
                    + "; it is the one under Shared access policies, not a device's");
        }
        return value;
    }

    @Override
    public String toString() {
        return hostName + " as " + keyName;
    }
}
