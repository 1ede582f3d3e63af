package io.millrace.loadtest.crash;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads a variant's topics under {@code read_committed} while the run goes on. */
final class Harvester implements AutoCloseable {
    static final List<String> ROLES = List.of("telemetry", "predictions", "alerts", "dead-letters");
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long SETTLE_SECONDS = 60;

    private final Variant variant;
    private final List<TopicPartition> partitions;
    private final Harvest harvest;
    private final Map<String, Object> client;
    private final Thread thread;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private volatile long accounted;
    private volatile boolean stopping;

    Harvester(String bootstrap, Variant variant, int partitionsPerTopic) {
        this.variant = variant;
        harvest = new Harvest(partitionsPerTopic);
        partitions = ROLES.stream()
                .flatMap(role -> IntStream.range(0, partitionsPerTopic)
                        .mapToObj(partition -> new TopicPartition(variant.topic(role), partition)))
                .toList();
        client = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        thread = new Thread(this::run, "harvester");
        thread.start();
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> properties = new java.util.HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // nothing may be skipped in silence
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void run() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, 0));
            while (!stopping) {
                take(consumer);
            }
            // All transactions have ended when a committed reader comes to the very end of the log.
            try (KafkaConsumer<byte[], byte[]> ends = consumer("read_uncommitted")) {
                Map<TopicPartition, Long> end = ends.endOffsets(partitions);
                long deadline =
                        System.nanoTime() + Duration.ofSeconds(SETTLE_SECONDS).toNanos();
                while (partitions.stream()
                        .anyMatch(partition -> consumer.position(partition) < end.getOrDefault(partition, 0L))) {
                    if (System.nanoTime() > deadline) {
                        throw new IllegalStateException("transactions must end within " + SETTLE_SECONDS + " s");
                    }
                    take(consumer);
                }
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    private void take(KafkaConsumer<byte[], byte[]> consumer) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            harvest.add(record.topic().substring(variant.id().length() + 1), record);
        }
        accounted = harvest.accounted();
    }

    /** How many telemetry records have come to a prediction or a dead letter that is committed. */
    long accounted() {
        RuntimeException cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("the run is void: the rig itself could not read", cause);
        }
        return accounted;
    }

    /** Reads to the end of all topics. To be called when nobody writes any more. */
    Harvest finish() throws InterruptedException {
        stopping = true;
        thread.join();
        accounted();
        return harvest;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
