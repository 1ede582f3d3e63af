package io.millrace.topology.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.config.ConfigException;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.PipelineReader;
import io.millrace.topology.telemetry.StageTimes;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

final class Fixtures {
    static final Meter METER = OpenTelemetry.noop().getMeter("test");
    static final StageTimes TIMES = new StageTimes(METER);

    private Fixtures() {}

    static PipelineConfig config(String yaml) {
        try {
            return PipelineReader.read("pipeline.yaml", yaml, name -> null);
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    /** A driver whose wall clock begins at that time. */
    static TopologyTestDriver driver(Topology topology, Path stateDir, Instant now) {
        Properties properties = new Properties();
        properties.put("state.dir", stateDir.toString());
        properties.put("application.id", "pumps");
        return new TopologyTestDriver(topology, properties, now);
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    static ConsumerRecord<byte[], byte[]> polledRecord(
            String topic, int partition, long offset, long timestampMs, String value) {
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                timestampMs,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                utf8("key"),
                utf8(value),
                new RecordHeaders(),
                java.util.Optional.empty());
    }

    /** What one poll brings, partition by partition. */
    static ConsumerRecords<byte[], byte[]> poll(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> byPartition = records.stream()
                .collect(Collectors.groupingBy(
                        record -> new TopicPartition(record.topic(), record.partition()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        byPartition.forEach((partition, polled) -> next.put(
                partition, new OffsetAndMetadata(polled.get(polled.size() - 1).offset() + 1)));
        return new ConsumerRecords<>(byPartition, next);
    }

    /** Shows a poll to the look-ahead as Kafka's consumer does, and gives what Kafka Streams then sees. */
    static ConsumerRecords<byte[], byte[]> intercept(
            LookAhead<?> lookAhead, List<ConsumerRecord<byte[], byte[]>> records) {
        try (LookAheadInterceptor interceptor = new LookAheadInterceptor()) {
            interceptor.configure(Map.of(LookAhead.PROPERTY, lookAhead));
            return interceptor.onConsume(poll(records));
        }
    }

    /** A polled record as it comes to a processor. */
    static Record<byte[], byte[]> processed(ConsumerRecord<byte[], byte[]> record) {
        return new Record<>(record.key(), record.value(), Math.max(0, record.timestamp()), record.headers());
    }

    static List<String> headerNames(Iterable<org.apache.kafka.common.header.Header> headers) {
        Stream.Builder<String> names = Stream.builder();
        headers.forEach(header -> names.add(header.key()));
        return names.build().toList();
    }

    static String text(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, UTF_8);
    }
}
