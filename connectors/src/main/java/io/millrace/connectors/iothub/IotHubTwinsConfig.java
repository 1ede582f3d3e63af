package io.millrace.connectors.iothub;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/** The configuration of {@link IotHubTwinsConnector}. */
final class IotHubTwinsConfig extends ServiceConfig {
    private static final String TOPIC = "topic";
    private static final String QUERY = "iothub.query";
    private static final String REFRESH = "iothub.refresh.ms";

    static final ConfigDef DEFINITION = define(new ConfigDef())
            .define(
                    TOPIC,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    Importance.HIGH,
                    "The compacted topic that holds the table.")
            .define(
                    QUERY,
                    ConfigDef.Type.STRING,
                    "SELECT * FROM devices",
                    new ConfigDef.NonEmptyString(),
                    Importance.MEDIUM,
                    "Which twins, in IoT Hub's query language.")
            .define(
                    REFRESH,
                    ConfigDef.Type.INT,
                    60_000,
                    Range.between(1_000, 86_400_000),
                    Importance.MEDIUM,
                    "How often the hub is asked.");

    IotHubTwinsConfig(Map<String, String> values) {
        super(DEFINITION, values);
    }

    String topic() {
        return getString(TOPIC);
    }

    String query() {
        return getString(QUERY);
    }

    Duration refresh() {
        return Duration.ofMillis(getInt(REFRESH));
    }
}
