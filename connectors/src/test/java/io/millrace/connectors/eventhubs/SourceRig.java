package io.millrace.connectors.eventhubs;

import static org.awaitility.Awaitility.await;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.connectors.worker.ConnectorSpec;
import io.millrace.connectors.worker.EmbeddedWorker;
import io.millrace.connectors.worker.WorkerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The embedded broker, and Kafka Connect's worker on it, with exactly-once support for sources. */
final class SourceRig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedBroker broker;
    private EmbeddedWorker worker;

    private SourceRig(EmbeddedBroker broker) {
        this.broker = broker;
        this.worker = startWorker();
    }

    static SourceRig start(Path directory) {
        return new SourceRig(EmbeddedBroker.start(BrokerOptions.in(directory)));
    }

    Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    EmbeddedWorker worker() {
        return worker;
    }

    private EmbeddedWorker startWorker() {
        return EmbeddedWorker.start(new WorkerOptions("sources", kafka(), true, Map.of()));
    }

    void restartWorker() {
        worker.close();
        worker = startWorker();
    }

    void topic(String name, int partitions) {
        Topics.ensure(kafka(), List.of(TopicSpec.of(name, partitions)));
    }

    /** Has the worker run this connector alone. */
    void run(String name, Class<?> type, Map<String, String> config) {
        Map<String, String> all = new HashMap<>(config);
        all.put("connector.class", type.getName());
        worker.run(List.of(new ConnectorSpec(name, all)));
    }

    /** All committed records of some topics, once there are so many. */
    List<ConsumerRecord<byte[], byte[]>> read(int count, String... topics) {
        try (Reading reading = new Reading(kafka(), topics)) {
            await().atMost(PATIENCE).until(() -> reading.poll().size() >= count);
            return reading.poll();
        }
    }

    /** Reads topics from their beginning, read_committed. */
    static final class Reading implements AutoCloseable {
        private final Map<String, Object> kafka;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

        Reading(Map<String, Object> kafka, String... topics) {
            this.kafka = kafka;
            consumer = consumer("read_committed");
            consumer.subscribe(List.of(topics));
        }

        private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
            Map<String, Object> properties = new HashMap<>(kafka);
            properties.put("group.id", "reading-" + System.nanoTime());
            properties.put("auto.offset.reset", "earliest");
            properties.put("isolation.level", isolation);
            return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        List<ConsumerRecord<byte[], byte[]>> poll() {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return records;
        }

        /** To the very end of the logs, behind all transactions. Nobody may write any more. */
        List<ConsumerRecord<byte[], byte[]>> pollToTheEnd() {
            Map<TopicPartition, Long> ends;
            try (KafkaConsumer<byte[], byte[]> all = consumer("read_uncommitted")) {
                ends = all.endOffsets(consumer.assignment());
            }
            await().atMost(PATIENCE).until(() -> {
                poll();
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
            return records;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    @Override
    public void close() {
        worker.close();
        broker.close();
    }
}
