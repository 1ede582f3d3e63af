package io.millrace.connectors.iothub;

import io.millrace.connectors.azure.ConnectionString;
import java.util.Base64;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigException;

/**
 * An IoT Hub's connection string: {@code HostName=…;SharedAccessKeyName=…;SharedAccessKey=…}. Secret, and never shown.
 *
 * @param hostName such as {@code hub.azure-devices.net}
 * @param keyName the shared access policy
 * @param key its key, in Base64
 */
public record HubConnection(String hostName, String keyName, String key) {
    /** @throws ConfigException naming the key, and the part that is missing or cannot be used; it shows no value */
    public static HubConnection parse(String key, String text) {
        ConnectionString string = ConnectionString.parse(key, text);
        HubConnection connection = new HubConnection(
                need(string, "HostName").toLowerCase(Locale.ROOT),
                need(string, "SharedAccessKeyName"),
                need(string, "SharedAccessKey"));
        try {
            Base64.getDecoder().decode(connection.key());
        } catch (IllegalArgumentException e) {
            throw string.refused("it must have its SharedAccessKey in Base64");
        }
        return connection;
    }

    private static String need(ConnectionString string, String name) {
        return string.get(name)
                .orElseThrow(() -> string.refused("it must have " + name + ", got: "
                        + string.fields().keySet() + "; it is the one under Shared access policies, not a device's"));
    }

    @Override
    public String toString() {
        return hostName + " as " + keyName;
    }
}
