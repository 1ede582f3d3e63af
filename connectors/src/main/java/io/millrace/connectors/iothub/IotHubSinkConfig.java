package io.millrace.connectors.iothub;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The configuration of {@link IotHubSinkConnector}. */
final class IotHubSinkConfig extends ServiceConfig {
    private static final String ACTION = "iothub.action";
    private static final String METHOD = "iothub.method.name";
    private static final String METHOD_TIMEOUT = "iothub.method.timeout.ms";
    private static final String PROPERTY = "iothub.desired.property";
    private static final String MESSAGE_LIFE = "iothub.message.expiry.ms";
    private static final String MESSAGE_ACK = "iothub.message.ack";
    private static final String AMQP_ENDPOINT = "iothub.amqp.endpoint";

    /** What is done with an alert's device. */
    enum Action {
        METHOD,
        DESIRED,
        MESSAGE
    }

    static final ConfigDef DEFINITION = define(new ConfigDef())
            .define(
                    ACTION,
                    ConfigDef.Type.STRING,
                    "method",
                    ValidString.in("method", "desired", "message"),
                    Importance.HIGH,
                    "method: call a direct method. desired: set a desired property of the device's twin. message: send a"
                            + " message, which waits for the device.")
            .define(
                    METHOD,
                    ConfigDef.Type.STRING,
                    "millrace-alert",
                    new ConfigDef.NonEmptyString(),
                    Importance.MEDIUM,
                    "The direct method that is called, with the alert as its payload.")
            .define(
                    METHOD_TIMEOUT,
                    ConfigDef.Type.INT,
                    5_000,
                    Range.between(5_000, 300_000),
                    Importance.LOW,
                    "How long a device may take to answer; must be less than iothub.timeout.ms.")
            .define(
                    PROPERTY,
                    ConfigDef.Type.STRING,
                    "millraceAlerts",
                    LambdaValidator.with(
                            (name, value) -> {
                                if (!String.valueOf(value).matches("[^.$# \\p{Cntrl}]{1,128}")) {
                                    throw new org.apache.kafka.common.config.ConfigException(
                                            name, value, "must be a twin property's name, without . $ # and spaces");
                                }
                            },
                            () -> "a twin property's name"),
                    Importance.MEDIUM,
                    "The desired property that holds a device's alerts, by rule.")
            .define(
                    MESSAGE_LIFE,
                    ConfigDef.Type.LONG,
                    3_600_000L,
                    Range.between(1_000, 172_800_000),
                    Importance.MEDIUM,
                    "How long a message waits for its device: up to two days, the hub's own limit.")
            .define(
                    MESSAGE_ACK,
                    ConfigDef.Type.STRING,
                    "none",
                    ValidString.in("none", "positive", "negative", "full"),
                    Importance.LOW,
                    "Which feedback the hub is to give at /messages/servicebound/feedback. Nothing here reads it.")
            .define(
                    AMQP_ENDPOINT,
                    ConfigDef.Type.STRING,
                    null,
                    ServiceConnection.ENDPOINT,
                    Importance.LOW,
                    "Where the hub takes messages, if not at its host name and port 5671.");

    IotHubSinkConfig(Map<String, String> values) {
        super(DEFINITION, values);
    }

    /** What is wrong between values that are each right, by the key at fault. */
    Map<String, String> contradictions() {
        return methodTimeout().compareTo(patience().timeout()) < 0
                ? Map.of()
                : Map.of(
                        METHOD_TIMEOUT,
                        "must be less than " + PREFIX + ".timeout.ms, got: " + getInt(METHOD_TIMEOUT) + " and "
                                + patience().timeout().toMillis());
    }

    Action action() {
        return Action.valueOf(getString(ACTION).toUpperCase(java.util.Locale.ROOT));
    }

    String method() {
        return getString(METHOD);
    }

    Duration methodTimeout() {
        return Duration.ofMillis(getInt(METHOD_TIMEOUT));
    }

    Duration messageLife() {
        return Duration.ofMillis(getLong(MESSAGE_LIFE));
    }

    String messageAck() {
        return getString(MESSAGE_ACK);
    }

    /** @param patience how long the hub may take to answer */
    DeviceMessenger messenger(Duration patience) {
        return new DeviceMessenger(connection(), getString(AMQP_ENDPOINT), patience);
    }

    String property() {
        return getString(PROPERTY);
    }
}
