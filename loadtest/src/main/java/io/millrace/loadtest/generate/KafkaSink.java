package io.millrace.loadtest.generate;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One producer of its own, idempotent, so that a retry cannot double or reorder what a device sent. */
public final class KafkaSink implements Sink {

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final Journal journal;

    /**
     * A producer for one thread.
     *
     * @param client settings that every client of the run shares, {@code bootstrap.servers} among them
     */
    public KafkaSink(Map<String, String> client, String topic, Journal journal) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.LINGER_MS_CONFIG, "1");
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, "65536");
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(128L << 20));
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        // Else a client whose brokers are all away forgets its topic, and every send waits until one is back.
        properties.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        properties.putAll(client);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.journal = journal;
        producer.partitionsFor(topic); // metadata now, not in the first record's latency
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told
    public void send(
            byte[] key, byte[] value, long epochMillis, int device, int sequence, long intendedNanos, boolean bad) {
        Integer partition = device == PROBE ? Integer.valueOf(sequence) : null;
        producer.send(new ProducerRecord<>(topic, partition, epochMillis, key, value), (metadata, failure) -> {
            if (failure == null) {
                journal.sent(metadata.partition(), metadata.offset(), device, sequence, intendedNanos, bad);
            } else {
                journal.failed(failure);
            }
        });
    }

    @Override
    public void close() {
        producer.close();
    }
}
