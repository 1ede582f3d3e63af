package io.millrace.connectors.azure;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;

/**
 * A connection string as Azure's portal shows it, taken apart. No message of ours repeats what stands in it.
 *
 * @param key of the configuration, for messages
 * @param fields by their names, whatever their case
 */
public record ConnectionString(String key, Map<String, String> fields) {
    private static final Set<String> KNOWN = Set.of(
            "endpoint",
            "hostname",
            "entitypath",
            "deviceid",
            "moduleid",
            "gatewayhostname",
            "sharedaccesskeyname",
            "sharedaccesskey",
            "sharedaccesssignature",
            "usedevelopmentemulator");

    public ConnectionString {
        Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(fields);
        fields = Collections.unmodifiableMap(sorted);
    }

    /** @throws ConfigException if it is none; the message says what is wrong */
    public static ConnectionString parse(String key, String text) {
        Map<String, String> fields = new TreeMap<>();
        for (String field : text.strip().split(";", -1)) {
            int equals = field.indexOf('=');
            if (!field.isBlank()) {
                String name = equals < 0 ? "" : field.substring(0, equals).strip();
                if (!KNOWN.contains(name.toLowerCase(Locale.ROOT))) {
                    throw refused(key, "one has a part of another name; copy it whole from the portal");
                }
                fields.put(name, field.substring(equals + 1).strip());
            }
        }
        return new ConnectionString(key, fields);
    }

    /** @throws ConfigException unless it is one of an Event Hubs namespace, or of a hub in it */
    public ConnectionString requireEventHubs() {
        if (!get("Endpoint").orElse("").startsWith("sb://")) {
            throw refused(
                    get("HostName").isPresent()
                            ? "this is an IoT Hub's own; give it as iothub.connection.string of an IoT Hub source"
                            : "it must have Endpoint=sb://NAMESPACE.servicebus.windows.net/");
        }
        boolean named =
                get("SharedAccessKeyName").isPresent() && get("SharedAccessKey").isPresent();
        if (!named && get("SharedAccessSignature").isEmpty()) {
            throw refused("it must have SharedAccessKeyName and SharedAccessKey, or SharedAccessSignature");
        }
        return this;
    }

    /** A part, unless it is missing or empty. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isEmpty());
    }

    /** The host of its endpoint, without scheme, port and slash. */
    public String host() {
        return get("HostName")
                .or(() -> get("Endpoint"))
                .orElse("")
                .replaceFirst("^sb://", "")
                .replaceFirst("[:/].*", "");
    }

    /** The error of whoever cannot use it. */
    public ConfigException refused(String why) {
        return refused(key, why);
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
