package io.millrace.connectors.eventhubs;

import io.millrace.connectors.iothub.HubConnection;
import io.millrace.connectors.iothub.ServiceConnection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.types.Password;

/** What IoT Hub's source can be told beyond {@link SourceConfig}. */
final class IotHubConfig extends SourceConfig {
    static final String IOT_CONNECTION_STRING = "iothub.connection.string";
    static final String IOT_ENDPOINT = "iothub.endpoint";
    static final String TWINS = "iothub.twins.topic";
    static final String LIFECYCLE = "iothub.lifecycle.topic";
    static final String CONNECTIONS = "iothub.connections.topic";
    static final String OTHERS = "iothub.others.topic";
    static final String RETIRED = "iothub.retired.topic";

    static final ConfigDef DEFINITION = definition("key")
            .define(
                    IOT_CONNECTION_STRING,
                    ConfigDef.Type.PASSWORD,
                    null,
                    LambdaValidator.with(
                            (key, value) -> {
                                if (value instanceof Password secret) {
                                    HubConnection.parse(key, secret.value());
                                }
                            },
                            () -> "a connection string of an IoT Hub"),
                    Importance.HIGH,
                    "The IoT Hub's own, of a policy with ServiceConnect. The endpoint behind it is found, again after a"
                            + " failover. Give a reference.")
            .define(
                    IOT_ENDPOINT,
                    ConfigDef.Type.STRING,
                    null,
                    ServiceConnection.ENDPOINT,
                    Importance.LOW,
                    "Connect there to ask for the endpoint, instead of to the IoT Hub's HostName.")
            .define(
                    TWINS,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.MEDIUM,
                    "Where twin changes go; by default topic-twins.")
            .define(
                    LIFECYCLE,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.MEDIUM,
                    "Where it is told of devices created and deleted; by default topic-lifecycle.")
            .define(
                    CONNECTIONS,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.MEDIUM,
                    "Where it is told of devices that connect and disconnect; by default topic-connections.")
            .define(
                    OTHERS,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.LOW,
                    "Where messages of any other source go; by default topic-others.")
            .define(
                    RETIRED,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.MEDIUM,
                    "Where a record without a value is written for each device that was deleted, if given.");

    IotHubConfig(Map<String, String> values) {
        super(DEFINITION, values);
    }

    Optional<HubConnection> iotHub() {
        return secret(IOT_CONNECTION_STRING).map(text -> HubConnection.parse(IOT_CONNECTION_STRING, text));
    }

    String topicOf(String key, String suffix) {
        String given = getString(key);
        return given == null || given.isBlank() ? topic() + suffix : given;
    }

    Optional<String> retired() {
        return Optional.ofNullable(getString(RETIRED)).filter(topic -> !topic.isBlank());
    }

    @Override
    String where() {
        return iotHub().map(HubConnection::hostName).orElseGet(super::where);
    }

    @Override
    Map<String, String> contradictions() {
        if (getPassword(IOT_CONNECTION_STRING) == null) {
            Map<String, String> wrong = super.contradictions();
            wrong.computeIfPresent(
                    CONNECTION_STRING,
                    (key, why) -> why.startsWith("must be given")
                            ? why + "; or " + IOT_CONNECTION_STRING + " instead of both"
                            : why);
            return wrong;
        }
        Map<String, String> wrong = new java.util.TreeMap<>();
        for (String key : new String[] {CONNECTION_STRING, SAS, NAMESPACE, HUB}) {
            if (values().get(key) != null) {
                wrong.put(key, "must not be given together with " + IOT_CONNECTION_STRING + ": remove one of them");
            }
        }
        contradictionsOfBehaviour(wrong);
        return wrong;
    }
}
