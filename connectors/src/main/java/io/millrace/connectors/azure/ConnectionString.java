package io.millrace.connectors.eventhubs;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/**
 * A connection string of Event Hubs, taken apart. No message of ours repeats what stands in it.
 *
 * @param fields by their names in lower case
 */
record ConnectionString(Map<String, String> fields) {
    private static final Set<String> KNOWN = Set.of(
            "endpoint",
            "hostname",
            "entitypath",
            "sharedaccesskeyname",
            "sharedaccesskey",
            "sharedaccesssignature",
            "usedevelopmentemulator");

    ConnectionString {
        fields = Map.copyOf(fields);
    }

    /** @throws ConfigException if it is none; the message says what is missing */
    static ConnectionString parse(String key, String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : text.strip().split(";", -1)) {
            int equals = field.indexOf('=');
            if (!field.isBlank()) {
                String name =
                        equals < 0 ? "" : field.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                if (!KNOWN.contains(name)) {
                    throw refused(key, "one has a part of another name; copy it whole from the portal");
                }
                fields.put(name, field.substring(equals + 1).strip());
            }
        }
        return new ConnectionString(fields);
    }

    /** @throws ConfigException unless it is one of an Event Hubs namespace, or of a hub in it */
    ConnectionString requireEventHubs(String key) {
        if (!get("endpoint").orElse("").startsWith("sb://")) {
            throw refused(
                    key,
                    get("hostname").isPresent()
                            ? "this is an IoT Hub's own; give it as iothub.connection.string of an IoT Hub source"
                            : "it must have Endpoint=sb://NAMESPACE.servicebus.windows.net/");
        }
        return requireCredential(key);
    }

    private ConnectionString requireCredential(String key) {
        boolean named =
                get("sharedaccesskeyname").isPresent() && get("sharedaccesskey").isPresent();
        if (!named && get("sharedaccesssignature").isEmpty()) {
            throw refused(key, "it must have SharedAccessKeyName and SharedAccessKey, or SharedAccessSignature");
        }
        return this;
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isEmpty());
    }

    /** The host of its endpoint, without scheme, port and slash. */
    String host() {
        return get("hostname")
                .or(() -> get("endpoint"))
                .orElse("")
                .replaceFirst("^sb://", "")
                .replaceFirst("[:/].*", "");
    }

    private static ConfigException refused(String key, String why) {
        return new ConfigException(key + " must be a connection string: " + why);
    }

    /** Without values, which are secret. */
    @Override
    public String toString() {
        return "connection string for " + host();
    }
}
