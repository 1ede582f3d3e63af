package io.millrace.connectors.eventhubs;

import io.millrace.connectors.delivery.Patience;
import java.time.Duration;
import java.util.List;
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
                    checked(EventHubsSinkConfig::checkPartitioning, "key, hash, same, partition:ID"),
                    Importance.MEDIUM,
                    "key: the record's key is the partition key, one to a batch; hash: the same, but its partition is"
                            + " found here, so that keys share batches; same: the record's own partition, which the hub"
                            + " must have; partition:ID: all to one partition.")
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
        if (!text.matches("key|hash|same|partition:\\d{1,4}")) {
            throw new ConfigException(key, text, "must be key, hash, same, or partition:ID such as partition:0");
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

    /** @param partitions the hub's, if {@link #hashes} */
    Function<SinkRecord, Lane> lanes(List<String> partitions) {
        return Lane.by(getString(PARTITIONING), partitions);
    }

    /** Whether a key's partition is found here, and not by the hub. */
    boolean hashes() {
        return getString(PARTITIONING).equals(Lane.HASH);
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
