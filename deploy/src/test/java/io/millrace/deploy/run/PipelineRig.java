package io.millrace.deploy.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.topology.config.ConfigException;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.PipelineReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One broker for the tests of a class, and what is needed to send to it and to see what was committed. */
public final class PipelineRig implements AutoCloseable {
    /** Partitions of each topic. */
    public static final int PARTITIONS = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final EmbeddedBroker broker;
    private final KafkaProducer<byte[], byte[]> producer;

    private PipelineRig(Path directory, EmbeddedBroker broker) {
        this.directory = directory;
        this.broker = broker;
        this.producer = new KafkaProducer<>(clientProperties(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static PipelineRig start(Path directory) {
        return new PipelineRig(directory, EmbeddedBroker.start(BrokerOptions.in(directory.resolve("broker"))));
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** What a client needs to connect. */
    public Map<String, Object> clientProperties() {
        return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** A folder for one instance's state. */
    public Path folder(String name) {
        return directory.resolve(name);
    }

    /**
     * A pipeline of that name, with topics of its own, which are made.
     *
     * @param body the rest of the pipeline.yaml: {@code model} and what else it needs, but not {@code source.topic}
     * @param source further keys of {@code source}, each with a comma before it
     * @param kafka further keys of {@code kafka}
     */
    public PipelineConfig pipeline(String name, String source, String body, Map<String, String> kafka)
            throws ConfigException {
        StringBuilder yaml = new StringBuilder("pipeline: %1$s%nsource: {topic: %1$s-in%2$s}%n".formatted(name, source))
                .append("topics: {predictions: %1$s-predictions, alerts: %1$s-alerts, dead-letters: %1$s-dead}%n"
                        .formatted(name))
                .append(body)
                .append("\nkafka:\n  bootstrap.servers: ")
                .append(bootstrapServers())
                .append('\n');
        kafka.forEach((key, value) ->
                yaml.append("  ").append(key).append(": '").append(value).append("'\n"));
        PipelineConfig config = PipelineReader.read(name, yaml.toString(), variable -> null);
        Topics.ensure(
                clientProperties(),
                List.of(
                        TopicSpec.of(config.source().topic(), PARTITIONS),
                        TopicSpec.of(config.topics().predictions(), PARTITIONS),
                        TopicSpec.compacted(config.topics().alerts(), PARTITIONS),
                        TopicSpec.compacted(config.topics().controls(), 1),
                        TopicSpec.of(config.topics().deadLetters(), PARTITIONS)));
        return config;
    }

    /** Sends records in order, and waits until the broker has them all. Returns where each one went. */
    public List<RecordMetadata> send(Collection<ProducerRecord<byte[], byte[]>> records)
            throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        records.forEach(each -> sent.add(producer.send(each)));
        producer.flush();
        List<RecordMetadata> where = new ArrayList<>();
        for (Future<RecordMetadata> each : sent) {
            where.add(each.get());
        }
        return where;
    }

    /** Waits until that many records of a topic are committed. */
    public List<ConsumerRecord<byte[], byte[]>> awaitCommitted(String topic, int count) {
        return read(topic, count);
    }

    /** All records of a topic that are committed now, by partition and offset. */
    public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        return read(topic, 0);
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic, int atLeast) {
        Map<String, Object> properties = clientProperties();
        properties.put("isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (found.size() < atLeast
                    || partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(
                            topic + " must have " + atLeast + " committed records in time, has " + found.size());
                }
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        found.sort(Comparator.comparingInt((ConsumerRecord<byte[], byte[]> each) -> each.partition())
                .thenComparingLong(ConsumerRecord::offset));
        return found;
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Override
    public void close() {
        producer.close();
        broker.close();
    }
}
