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

    /** What is done with an alert's device. */
    enum Action {
        METHOD,
        DESIRED
    }

    static final ConfigDef DEFINITION = define(new ConfigDef())
            .define(
                    ACTION,
                    ConfigDef.Type.STRING,
                    "method",
                    ValidString.in("method", "desired"),
                    Importance.HIGH,
                    "method: call a direct method. desired: set a desired property of the device's twin.")
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
                    "The desired property that holds a device's alerts, by rule.");

    IotHubSinkConfig(Map<String, String> values) {
        super(DEFINITION, values);
        if (methodTimeout().compareTo(patience().timeout()) >= 0) {
            throw new org.apache.kafka.common.config.ConfigException(
                    METHOD_TIMEOUT, getInt(METHOD_TIMEOUT), "must be less than " + PREFIX + ".timeout.ms");
        }
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

    String property() {
        return getString(PROPERTY);
    }
}
