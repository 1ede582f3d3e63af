package io.millrace.connectors.delivery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What a sink task asks of Kafka Connect, kept to be looked at. */
public final class FakeSinkContext implements SinkTaskContext {
    public final Map<TopicPartition, Long> offsets = new HashMap<>();
    public long timeoutMs;

    @Override
    public Map<String, String> configs() {
        return Map.of();
    }

    @Override
    public void offset(Map<TopicPartition, Long> positions) {
        offsets.putAll(positions);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        offsets.put(partition, offset);
    }

    @Override
    public void timeout(long ms) {
        timeoutMs = ms;
    }

    @Override
    public Set<TopicPartition> assignment() {
        return offsets.keySet();
    }

    @Override
    public void pause(TopicPartition... partitions) {}

    @Override
    public void resume(TopicPartition... partitions) {}

    @Override
    public void requestCommit() {}

    private final Metrics metrics = new Metrics();

    /** What the task has counted. */
    public long count(DeliveryCount count) {
        return metrics.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals(count.shown()))
                .mapToLong(metric -> (long) metric.metricValue())
                .findFirst()
                .orElseThrow();
    }

    /** Dead letters, by their reasons. */
    public final List<String> buried = new ArrayList<>();

    @Override
    public ErrantRecordReporter errantRecordReporter() {
        return (record, reason) -> {
            buried.add(reason.getMessage());
            return CompletableFuture.completedFuture(null);
        };
    }

    @Override
    public PluginMetrics pluginMetrics() {
        return new PluginMetricsImpl(metrics, Map.of());
    }
}
