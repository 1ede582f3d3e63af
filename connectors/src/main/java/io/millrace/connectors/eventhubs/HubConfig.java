package io.millrace.connectors.eventhubs;

import com.azure.core.amqp.AmqpTransportType;
import io.millrace.connectors.azure.ConnectionString;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** Which event hub, and how to get at it: what sources and the sink are told alike. */
abstract class HubConfig extends AbstractConfig {
    static final String CONNECTION_STRING = "eventhubs.connection.string";
    static final String NAMESPACE = "eventhubs.namespace";
    static final String HUB = "eventhubs.hub";
    static final String SAS = "eventhubs.sas";
    static final String TRANSPORT = "eventhubs.transport";
    static final String ENDPOINT = "eventhubs.endpoint";

    HubConfig(ConfigDef definition, Map<String, String> values) {
        super(definition, values, false);
    }

    static ConfigDef address(ConfigDef definition) {
        return definition
                .define(
                        CONNECTION_STRING,
                        ConfigDef.Type.PASSWORD,
                        null,
                        checked(
                                (key, text) -> ConnectionString.parse(key, text).requireEventHubs(),
                                "a connection string"),
                        Importance.HIGH,
                        "Of the namespace or the hub, as the portal shows it. Give a reference.")
                .define(
                        NAMESPACE,
                        ConfigDef.Type.STRING,
                        null,
                        checked(HubConfig::checkHost, "a host"),
                        Importance.HIGH,
                        "The namespace's host, such as pumps.servicebus.windows.net, for Entra ID or eventhubs.sas.")
                .define(
                        HUB,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.HIGH,
                        "The event hub, unless the connection string names it.")
                .define(
                        SAS,
                        ConfigDef.Type.PASSWORD,
                        null,
                        checked(HubConfig::checkSas, "a shared access signature"),
                        Importance.MEDIUM,
                        "A shared access signature for eventhubs.namespace. Without it, Entra ID is asked. Give a reference.")
                .define(
                        TRANSPORT,
                        ConfigDef.Type.STRING,
                        "amqp",
                        ValidString.in("amqp", "websockets"),
                        Importance.LOW,
                        "websockets goes through port 443.")
                .define(
                        ENDPOINT,
                        ConfigDef.Type.STRING,
                        null,
                        checked(HubConfig::checkUrl, "a URL"),
                        Importance.LOW,
                        "Connect there instead of to the namespace itself, such as https://10.0.0.7:5671.");
    }

    /** How long the hub may take to answer. */
    abstract Duration timeout();

    final AmqpTransportType transport() {
        return getString(TRANSPORT).equals("amqp") ? AmqpTransportType.AMQP : AmqpTransportType.AMQP_WEB_SOCKETS;
    }

    final Optional<ConnectionString> connectionString() {
        return secret(CONNECTION_STRING).map(text -> ConnectionString.parse(CONNECTION_STRING, text));
    }

    final Optional<String> secret(String key) {
        return Optional.ofNullable(getPassword(key)).map(Password::value);
    }

    /** What positions are kept under: it stays the same when the service moves the hub. */
    String where() {
        String host = connectionString().map(ConnectionString::host).orElseGet(() -> getString(NAMESPACE));
        return host.toLowerCase(Locale.ROOT) + '/' + hubName();
    }

    /** The event hub, from wherever it is named. */
    final String hubName() {
        return connectionString().flatMap(string -> string.get("EntityPath")).orElseGet(() -> getString(HUB));
    }

    /** What is wrong between keys that are each right, by the key at fault. */
    Map<String, String> contradictions() {
        Map<String, String> wrong = new TreeMap<>();
        boolean string = getPassword(CONNECTION_STRING) != null;
        boolean namespace = getString(NAMESPACE) != null;
        if (string == namespace) {
            wrong.put(
                    CONNECTION_STRING,
                    string
                            ? "must not be given together with " + NAMESPACE + ": remove one of them"
                            : "must be given, or " + NAMESPACE + " for Entra ID or a shared access signature");
        }
        if (string && getPassword(SAS) != null) {
            wrong.put(SAS, "must not be given together with " + CONNECTION_STRING + ": remove one of them");
        }
        Optional<String> entity = connectionString().flatMap(parsed -> parsed.get("EntityPath"));
        String hub = getString(HUB);
        if (hub == null && entity.isEmpty()) {
            wrong.put(HUB, "must be given: the connection string has no EntityPath");
        } else if (hub != null && entity.isPresent() && !entity.get().equalsIgnoreCase(hub)) {
            wrong.put(
                    HUB, "must be the connection string's EntityPath " + entity.get() + " or be left out, got: " + hub);
        }
        return wrong;
    }

    /** Looks at a value that is given, and throws if it is wrong. */
    interface Check {
        Object apply(String key, String text);
    }

    static ConfigDef.Validator checked(Check check, String what) {
        return LambdaValidator.with(
                (key, value) -> {
                    String text = text(value);
                    if (text != null) {
                        check.apply(key, text);
                    }
                },
                () -> what);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof Password secret ? secret.value() : (String) value;
    }

    private static Object checkHost(String key, String host) {
        if (!host.matches("[A-Za-z0-9][A-Za-z0-9.-]*")) {
            throw new ConfigException(
                    key, host, "must be a host alone, such as pumps.servicebus.windows.net, without sb:// and port");
        }
        return host;
    }

    private static Object checkSas(String key, String text) {
        if (!text.startsWith("SharedAccessSignature ")) {
            throw new ConfigException(key + " must begin with SharedAccessSignature, followed by a space");
        }
        return text;
    }

    private static Object checkUrl(String key, String text) {
        if (!text.toLowerCase(Locale.ROOT).matches("https?://[a-z0-9.\\[\\]:-]+(:\\d+)?/?")) {
            throw new ConfigException(key, text, "must be a URL such as https://10.0.0.7:5671");
        }
        return text;
    }
}
