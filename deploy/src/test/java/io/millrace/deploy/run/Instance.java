package io.millrace.deploy.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.scorers.Scorer;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.streams.PipelineTopology;
import io.opentelemetry.api.metrics.MeterProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** One running instance of a pipeline with whatever scorer, Kafka Streams at hand. */
final class Instance implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PipelineTopology topology;
    final KafkaStreams streams;

    private Instance(PipelineTopology topology, KafkaStreams streams) {
        this.topology = topology;
        this.streams = streams;
    }

    static Instance start(PipelineConfig config, Scorer scorer, Path stateDir) {
        PipelineTopology topology =
                new PipelineTopology(config, scorer, MeterProvider.noop().get("test"));
        Map<String, Object> properties = new HashMap<>(config.kafka().properties());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        topology.configure(properties);
        KafkaStreams streams = new KafkaStreams(topology.build(PipelineRig.PARTITIONS), new StreamsConfig(properties));
        Instance instance = new Instance(topology, streams);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        streams.setUncaughtExceptionHandler(exception -> {
            failure.set(exception);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        await().atMost(PATIENCE)
                .failFast("it has failed", () -> assertThat(failure).hasNullValue())
                .until(() -> streams.state() == State.RUNNING);
        return instance;
    }

    boolean isAlive() {
        return streams.state().isRunningOrRebalancing();
    }

    int activeTasks() {
        return streams.metadataForLocalThreads().stream()
                .map(ThreadMetadata::activeTasks)
                .mapToInt(java.util.Set::size)
                .sum();
    }

    int standbyTasks() {
        return streams.metadataForLocalThreads().stream()
                .map(ThreadMetadata::standbyTasks)
                .mapToInt(java.util.Set::size)
                .sum();
    }

    /** Records that its main consumers have been given. */
    long consumed() {
        double sum = 0;
        for (Metric metric : streams.metrics().values()) {
            Map<String, String> tags = metric.metricName().tags();
            if (metric.metricName().name().equals("records-consumed-total")
                    && !tags.containsKey("topic")
                    && !tags.getOrDefault("client-id", "").contains("restore")) {
                sum += (double) metric.metricValue();
            }
        }
        return (long) sum;
    }

    @Override
    public void close() {
        streams.close(
                CloseOptions.timeout(PATIENCE).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        topology.close();
    }
}
