package io.millrace.deploy.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What is committed, held against what was sent record by record: of each device the numbers 0, 1, 2 and so on, once each
 * and in this order.
 */
final class Outcome implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Map<String, Object> kafka;
    private final List<TopicPartition> partitions;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long[] events = new long[Readings.PARTITIONS];
    private final Map<String, Long> predictions = new HashMap<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private final Set<String> alerts = new HashSet<>();
    private int deadLetters;

    Outcome(Map<String, Object> kafka) {
        this.kafka = kafka;
        partitions = Stream.of("telemetry", "predictions", "alerts", "dead-letters")
                .flatMap(topic -> IntStream.range(0, Readings.PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)))
                .toList();
        consumer = consumer("read_committed");
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put("isolation.level", isolation);
        properties.put("max.poll.records", 10_000);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** @return how many predictions there are by now */
    long poll() {
        consumer.poll(Duration.ofMillis(100)).forEach(this::take);
        return predictions();
    }

    /** To the very end of the logs, behind all transactions. */
    void readToTheEnd() {
        Map<TopicPartition, Long> ends;
        try (KafkaConsumer<byte[], byte[]> all = consumer("read_uncommitted")) {
            ends = all.endOffsets(partitions);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
            assertThat(System.nanoTime()).as("all transactions end in time").isLessThan(deadline);
            poll();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String where = record.topic() + '-' + record.partition() + " at offset " + record.offset();
        switch (record.topic()) {
            case "telemetry" ->
                assertThat(json(record).path("x").asLong()).as(where).isEqualTo(events[record.partition()]++);
            case "predictions" -> {
                JsonNode prediction = json(record);
                String device = prediction.path("device").asText();
                long next = predictions.merge(device, 1L, Long::sum) - 1;
                assertThat(prediction.path("quality").asText()).as(where).isEqualTo("OK");
                assertThat(prediction.path("scores").path("number").asLong(-1))
                        .as(where)
                        .isEqualTo(next);
                assertThat(device)
                        .isEqualTo(Readings.device(
                                prediction.path("source").path("partition").asInt()));
            }
            case "alerts" -> {
                String key = new String(record.key(), UTF_8);
                long revision = revisions.merge(key, 1L, Long::sum);
                JsonNode alert = json(record);
                assertThat(alert.path("revision").asLong()).as(where).isEqualTo(revision);
                assertThat(alert.path("state").asText()).as(where).isEqualTo(revision % 2 == 1 ? "FIRING" : "RESOLVED");
                alerts.add(key + '/' + revision);
            }
            default -> deadLetters++;
        }
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long events() {
        return LongStream.of(events).sum();
    }

    long predictions() {
        return predictions.values().stream().mapToLong(Long::longValue).sum();
    }

    int deadLetters() {
        return deadLetters;
    }

    /** Key and revision of each. */
    Set<String> alerts() {
        return alerts;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
