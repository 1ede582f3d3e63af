package io.millrace.deploy.demo;

import io.millrace.connectors.testing.EventHubsPeer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Where the fleet's readings go. For one thread. */
interface FleetLine extends AutoCloseable {
    /** @param told whether it was taken in; on any thread */
    void send(long dueMs, byte[] device, byte[] payload, Consumer<Boolean> told);

    /** Waits until it is known of all that was sent whether it was taken in. */
    void flush();

    @Override
    void close();

    /** Into the pipeline's topic. */
    static FleetLine kafka(Map<String, Object> clientProperties, String topic) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        return new FleetLine() {
            @Override
            @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
            public void send(long dueMs, byte[] device, byte[] payload, Consumer<Boolean> told) {
                producer.send(
                        new ProducerRecord<>(topic, null, dueMs, device, payload),
                        (metadata, failure) -> told.accept(failure == null));
            }

            @Override
            public void flush() {
                producer.flush();
            }

            @Override
            public void close() {
                producer.close();
            }
        };
    }

    /** Into an event hub of the peer's. */
    static FleetLine eventHub(EventHubsPeer peer, String hub, int partitions) {
        return new FleetLine() {
            @Override
            public void send(long dueMs, byte[] device, byte[] payload, Consumer<Boolean> told) {
                int partition = Math.floorMod(Arrays.hashCode(device), partitions);
                peer.put(hub, partition, new String(device, StandardCharsets.UTF_8), payload, Map.of());
                told.accept(true);
            }

            @Override
            public void flush() {
                // each is there when send() returns
            }

            @Override
            public void close() {
                // the peer is its owner's
            }
        };
    }
}
