package io.millrace.deploy.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.topology.config.PipelineConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A pipeline's alerts and its controls, from outside. */
public final class AlertTopics {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final PipelineConfig config;
    private final Map<String, Object> client;

    /**
     * @param servers brokers to ask instead of those that the file names; {@code null}: those
     * @throws IOException if there are none
     */
    public AlertTopics(PipelineConfig config, @Nullable String servers) throws IOException {
        this.config = config;
        client = new HashMap<>(config.kafka().properties());
        if (servers != null) {
            client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        }
        if (!client.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IOException("bootstrap.servers must be in the file or given with --bootstrap-servers; a pipeline"
                    + " on its own broker shows its address when it starts");
        }
    }

    /** Writes a control. It is on the brokers when this returns; {@code null} as the value takes it back. */
    public void control(String key, @Nullable JsonNode value) throws IOException, InterruptedException {
        String topic = config.topics().controls();
        Topics.ensure(client, List.of(TopicSpec.compacted(topic, 1)));
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] bytes = value == null ? null : value.toString().getBytes(UTF_8);
            producer.send(new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), bytes))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("topic " + topic + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The current alerts, by their keys. */
    public Map<String, JsonNode> alerts() throws IOException {
        return table(config.topics().alerts());
    }

    /** What operators have said, by the controls' keys. */
    public Map<String, JsonNode> controls() throws IOException {
        return table(config.topics().controls());
    }

    private Map<String, JsonNode> table(String topic) throws IOException {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) Topics.DEFAULT_TIMEOUT.toMillis());
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<String, JsonNode> table = new TreeMap<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("topic " + topic + " must be readable within " + PATIENCE.toSeconds() + " s");
                }
                consumer.poll(POLL).forEach(record -> take(record, table));
            }
            return table;
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "topic " + topic + " cannot be read from "
                            + client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) + ": " + cause.getMessage()
                            + "; check the address, the network and security.protocol",
                    e);
        }
    }

    private static void take(ConsumerRecord<byte[], byte[]> record, Map<String, JsonNode> table) {
        String key = record.key() == null ? "" : new String(record.key(), UTF_8);
        if (record.value() == null) {
            table.remove(key);
            return;
        }
        try {
            table.put(key, new ObjectMapper().readTree(record.value()));
        } catch (IOException e) {
            table.remove(key); // whoever wrote it, it is no alert
        }
    }
}
