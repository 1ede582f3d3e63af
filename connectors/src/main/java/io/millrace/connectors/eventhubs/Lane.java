package io.millrace.connectors.eventhubs;

import com.azure.messaging.eventhubs.models.CreateBatchOptions;
import io.millrace.connectors.alerts.Alert;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * What keeps its order on the way to a hub: the events of one partition key, or those of one partition. Events without
 * either are one lane too; the hub spreads their batches over its partitions.
 */
record Lane(@Nullable String key, @Nullable String partition) {
    static final String FIXED = "partition:";
    static final String HASH = "hash";
    private static final int LONGEST_KEY = 128; // characters, by the service's rule

    /**
     * Finds a record's lane.
     *
     * @param partitioning {@code key}, {@code hash}, {@code same} or {@code partition:ID}
     * @param partitions the hub's, in its order, for {@code hash}
     */
    static Function<SinkRecord, Lane> by(String partitioning, List<String> partitions) {
        if (partitioning.equals("key")) {
            return record -> new Lane(key(record), null);
        }
        if (partitioning.equals(HASH)) {
            return record -> {
                String key = key(record);
                return new Lane(null, key == null ? null : KeyHash.partition(key, partitions));
            };
        }
        if (partitioning.equals("same")) {
            return record -> new Lane(null, Objects.toString(record.kafkaPartition()));
        }
        Lane fixed = new Lane(null, partitioning.substring(FIXED.length()));
        return record -> fixed;
    }

    /**
     * A record's partition key; null if it has none.
     *
     * @throws DataException if its key cannot be one
     */
    static @Nullable String key(SinkRecord record) {
        byte[] bytes = Alert.bytes(record.key());
        if (bytes == null || bytes.length == 0) {
            return null;
        }
        String key = AmqpText.text(bytes);
        if (key == null || key.length() > LONGEST_KEY) {
            throw new DataException("a partition key must be UTF-8 text of at most " + LONGEST_KEY
                    + " characters, got " + (key == null ? "bytes that are no text" : key.length() + " characters")
                    + "; eventhubs.partitioning: same does without");
        }
        return key;
    }

    /** What a batch of this lane is made with. */
    CreateBatchOptions options() {
        CreateBatchOptions options = new CreateBatchOptions();
        return key == null ? options.setPartitionId(partition) : options.setPartitionKey(key);
    }
}
