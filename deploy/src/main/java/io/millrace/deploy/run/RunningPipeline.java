package io.millrace.deploy.run;

import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.deploy.page.Readiness;
import io.millrace.scorers.DeviceException;
import io.millrace.scorers.DeviceReport;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.RegistryConfig;
import io.millrace.topology.config.TopicsConfig;
import io.millrace.topology.streams.PipelineTopology;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pipeline at work: Kafka Streams, and what it was given. Closing it stops the stream, then frees the model. */
public final class RunningPipeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningPipeline.class);
    private static final int NEW_TOPIC_PARTITIONS = 4;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final PipelineTopology topology;
    private final KafkaStreams streams;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<String> remarks;
    private final DeviceReport device;

    private RunningPipeline(
            PipelineTopology topology,
            int sourcePartitions,
            Map<String, Object> properties,
            List<String> remarks,
            DeviceReport device) {
        this.topology = topology;
        this.device = device;
        this.remarks = remarks;
        this.streams = open(topology.build(sourcePartitions), properties);
        streams.setUncaughtExceptionHandler(this::respond);
        streams.setStateListener((now, before) -> {
            if (now == State.ERROR || now == State.NOT_RUNNING) {
                ended.countDown();
            }
        });
    }

    /** Kafka Streams takes hold of its state folder at once, and speaks of its own classes where it cannot. */
    private static KafkaStreams open(Topology topology, Map<String, Object> properties) {
        try {
            return new KafkaStreams(topology, new StreamsConfig(properties));
        } catch (StreamsException e) {
            if (!String.valueOf(e.getMessage()).contains("state directory")) {
                throw e;
            }
            throw new UncheckedIOException(
                    "state.dir must be a folder that can be written and that no other process uses, got: "
                            + properties.get(StreamsConfig.STATE_DIR_CONFIG),
                    new IOException(e));
        }
    }

    private StreamThreadExceptionResponse respond(Throwable exception) {
        Throwable root = rootOf(exception);
        if (isOutage(exception)) {
            LOG.warn("a stream thread has given up waiting and is replaced: {}", root.getMessage());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        failure.compareAndSet(null, root);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /**
     * Whether a thread has ended because the brokers, or a server, did not answer for longer than its time-outs. Nothing is
     * wrong with the pipeline then: a new thread goes on from the last commit when they are back. Kafka Streams
     * itself rides out most such outages, but not one that a transaction's last records do not outlive. A server that
     * scores and does not answer is the same: the records are kept until it does.
     */
    static boolean isOutage(Throwable exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            // The producer tells of a transaction that only has to be aborted in a bare KafkaException, too.
            boolean bare = cause.getClass() == KafkaException.class && cause.getCause() == null;
            boolean device = cause instanceof DeviceException fault && fault.isOutage();
            if (bare
                    || device
                    || cause instanceof RetriableException
                    || cause instanceof TransactionAbortableException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes the topics that are missing, and starts.
     *
     * @param stateDir where Kafka Streams keeps its local state
     * @throws io.millrace.connectors.broker.BrokerException if the brokers cannot be reached
     * @throws UncheckedIOException if {@code stateDir} cannot be used
     */
    public static RunningPipeline start(LoadedPipeline loaded, Cluster cluster, Path stateDir, Meter meter) {
        PipelineConfig config = loaded.config();
        List<String> remarks = Topics.ensure(cluster.properties(), topics(config));
        int partitions = config.registry().topics().isEmpty()
                ? 1
                : Topics.partitions(cluster.properties(), config.source().topic());
        PipelineTopology topology = new PipelineTopology(config, loaded.scorer(), meter);
        Map<String, Object> properties = new HashMap<>(cluster.properties());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        topology.configure(properties);
        return started(() -> new RunningPipeline(
                topology, partitions, properties, remarks, loaded.scorer().device()));
    }

    /**
     * Starts; without the local state where that cannot be opened. A process that is killed while it deletes a store leaves
     * half of one, at which Kafka Streams 4.3.1 fails at every start. All state is in changelogs.
     */
    private static RunningPipeline started(Supplier<RunningPipeline> pipelines) {
        RunningPipeline running = pipelines.get();
        try {
            running.streams.start();
        } catch (ProcessorStateException e) {
            LOG.warn(
                    "local state cannot be opened, and is made anew from the changelogs: {}",
                    rootOf(e).getMessage());
            running.streams.close(CLOSE_TIMEOUT);
            running = pipelines.get();
            running.streams.cleanUp();
            running.streams.start();
        }
        return running;
    }

    static List<TopicSpec> topics(PipelineConfig config) {
        TopicsConfig topics = config.topics();
        RegistryConfig registry = config.registry();
        TopicSpec controls = TopicSpec.compacted(topics.controls(), 1);
        List<TopicSpec> all = new ArrayList<>(List.of(
                TopicSpec.of(config.source().topic(), NEW_TOPIC_PARTITIONS),
                TopicSpec.of(topics.predictions(), NEW_TOPIC_PARTITIONS),
                TopicSpec.compacted(topics.alerts(), NEW_TOPIC_PARTITIONS),
                config.alerts().isEmpty() ? controls : controls.exact(), // else there would be several desks
                TopicSpec.of(topics.deadLetters(), NEW_TOPIC_PARTITIONS)));
        registry.twins().ifPresent(topic -> all.add(TopicSpec.compacted(topic, 1)));
        Stream.of(registry.changes(), registry.retired())
                .flatMap(Optional::stream)
                .forEach(topic -> all.add(TopicSpec.of(topic, 1)));
        return all;
    }

    /** How existing topics differ from what the pipeline wants, one sentence each. */
    public List<String> remarks() {
        return remarks;
    }

    /** What became of the model's device. */
    public DeviceReport device() {
        return device;
    }

    /** Whether it scores now. */
    public Readiness readiness() {
        State state = streams.state();
        return switch (state) {
            case RUNNING -> new Readiness(true, "scoring");
            case CREATED, REBALANCING -> new Readiness(false, "waiting for its partitions");
            case PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR -> new Readiness(false, "stopped");
        };
    }

    /** How far it has come. */
    public Progress progress() {
        double lag = 0;
        for (Metric metric : streams.metrics().values()) {
            MetricName name = metric.metricName();
            if (name.name().equals("records-lag")
                    && !name.tags().getOrDefault("topic", "").isEmpty()) {
                lag += number(metric);
            }
        }
        return new Progress(topology.processed(), (long) lag, readiness().reason());
    }

    private static double number(Metric metric) {
        return metric.metricValue() instanceof Double value && Double.isFinite(value) ? value : 0;
    }

    /** Waits until it has ended by itself, or the time is over. Returns whether it has ended. */
    public boolean awaitEnd(Duration time) throws InterruptedException {
        return ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why it has ended by itself, if it has. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    private static Throwable rootOf(Throwable exception) {
        Throwable root = exception;
        while (root instanceof StreamsException && root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @Override
    public void close() {
        // Whoever only stops sending heartbeats keeps its partitions, and a restart waiting, for a session's time-out.
        streams.close(
                CloseOptions.timeout(CLOSE_TIMEOUT).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        topology.close();
    }
}
