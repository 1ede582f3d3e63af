package io.millrace.connectors.eventhubs;

import io.millrace.connectors.delivery.Patience;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** The configuration of {@link EventHubsSinkConnector}. */
final class EventHubsSinkConfig extends HubConfig {
    private static final String PREFIX = "eventhubs";
    private static final String PARTITIONING = "eventhubs.partitioning";
    private static final String HEADERS = "eventhubs.headers";
    private static final String IN_FLIGHT = "eventhubs.in.flight";

    static final ConfigDef DEFINITION = Patience.define(address(new ConfigDef()), PREFIX)
            .define(
                    PARTITIONING,
                    ConfigDef.Type.STRING,
                    "key",
                    checked(EventHubsSinkConfig::checkPartitioning, "key, same, partition:ID"),
                    Importance.MEDIUM,
                    "key: the record's key is the partition key; same: the record's own partition, which the hub must"
                            + " have; partition:ID: all to one partition.")
            .define(
                    HEADERS,
                    ConfigDef.Type.STRING,
                    "all",
                    ValidString.in("all", "none"),
                    Importance.MEDIUM,
                    "all: headers become application properties.")
            .define(
                    IN_FLIGHT,
                    ConfigDef.Type.INT,
                    100,
                    Range.between(1, 1_000),
                    Importance.LOW,
                    "Batches that are on their way at a time, of different keys or partitions.");

    EventHubsSinkConfig(Map<String, String> values) {
        super(DEFINITION, values);
    }

    private static Object checkPartitioning(String key, String text) {
        if (!text.matches("key|same|partition:\\d{1,4}")) {
            throw new ConfigException(key, text, "must be key, same, or partition:ID such as partition:0");
        }
        return text;
    }

    Patience patience() {
        return Patience.of(this, PREFIX);
    }

    @Override
    Duration timeout() {
        return patience().timeout();
    }

    Function<SinkRecord, Lane> lanes() {
        return Lane.by(getString(PARTITIONING));
    }

    boolean samePartition() {
        return getString(PARTITIONING).equals("same");
    }

    /** The one partition that all goes to; null if there is none. */
    @Nullable
    String fixedPartition() {
        String text = getString(PARTITIONING);
        return text.startsWith(Lane.FIXED) ? text.substring(Lane.FIXED.length()) : null;
    }

    boolean hasHeaders() {
        return getString(HEADERS).equals("all");
    }

    int inFlight() {
        return getInt(IN_FLIGHT);
    }
}
