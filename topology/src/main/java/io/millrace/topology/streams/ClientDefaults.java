package io.millrace.topology.streams;

import io.millrace.topology.config.Guarantee;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** What a pipeline's clients are set to where its file says nothing. */
final class ClientDefaults {
    private static final int PRODUCER_BATCH_BYTES = 64 << 10;
    private static final int CHANGELOG_SEGMENT_BYTES = 64 << 20;
    private static final String EVENT_HUBS = ".servicebus."; // of any of Azure's clouds

    private ClientDefaults() {}

    static void addTo(Map<String, Object> properties, Guarantee guarantee, Pace pace) {
        String producer = StreamsConfig.producerPrefix("");
        put(properties, producer, ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
        put(properties, producer, ProducerConfig.COMPRESSION_TYPE_CONFIG, compression(properties));
        put(
                properties,
                StreamsConfig.mainConsumerPrefix(""),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                pace.pollRecords(properties.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG)));
        // Kafka Streams counts what it buffers in turns of up to a chunk. Two polls are plenty: it works one off before
        // it asks for the next, unless a task has to wait.
        properties.putIfAbsent(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 2 * pace.pollChunks());
        // Brokers compact closed segments only: small ones mean less to read back at a start.
        put(properties, StreamsConfig.TOPIC_PREFIX, TopicConfig.SEGMENT_BYTES_CONFIG, CHANGELOG_SEGMENT_BYTES);
        // When records expire in an outage, Kafka Streams 4.3.1 makes their task anew. At least once, it then commits
        // the thread's other tasks over their lost records; exactly once, a rebalance at that moment makes it forget
        // where the task has to go back to. So records must not expire (docs/crash-proof.md).
        put(properties, producer, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        if (guarantee == Guarantee.AT_LEAST_ONCE) {
            // Kafka Streams waits 100 ms for a fuller producer batch, which would be most of a prediction's latency.
            // (Exactly once, nobody sees a prediction before the commit, which sends what is there.)
            put(properties, producer, ProducerConfig.LINGER_MS_CONFIG, 1);
        }
    }

    /** Predictions are alike, and small ones cost the broker less. Event Hubs takes none but gzip, or none at all. */
    private static String compression(Map<String, Object> properties) {
        String brokers = String.valueOf(properties.get(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
        return brokers.contains(EVENT_HUBS) ? "none" : "lz4";
    }

    /** Sets a client's property, unless it is there: for this client, or for all that have it. */
    private static void put(Map<String, Object> properties, String client, String key, Object value) {
        if (!properties.containsKey(key)
                && !properties.containsKey(StreamsConfig.consumerPrefix(key))
                && !properties.containsKey(client + key)) {
            properties.put(client + key, value);
        }
    }
}
