package io.millrace.topology.streams;

import io.millrace.scorers.Scorer;
import io.millrace.topology.config.Guarantee;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.RegistryConfig;
import io.millrace.topology.config.StateConfig.Store;
import io.millrace.topology.config.TopicsConfig;
import io.millrace.topology.config.TwinValue;
import io.millrace.topology.decide.AlertRule;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.detect.DetectPlan;
import io.millrace.topology.emit.AlertWriter;
import io.millrace.topology.emit.CloudEvents;
import io.millrace.topology.emit.ModelIdentity;
import io.millrace.topology.emit.PredictionWriter;
import io.millrace.topology.features.StateLayout;
import io.millrace.topology.score.Explainer;
import io.millrace.topology.score.PlanCompiler;
import io.millrace.topology.score.ScoreColumn;
import io.millrace.topology.score.ScoringPlan;
import io.millrace.topology.score.StatefulScorer;
import io.millrace.topology.score.StatelessCodec;
import io.millrace.topology.telemetry.DetectorGauges;
import io.millrace.topology.telemetry.StageTimes;
import io.millrace.topology.twin.TwinPlan;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongCounter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline as a Kafka Streams topology:
 *
 * <pre>
 *   source ──► [rekey ──► repartition topic] ──► score ──► [detect] ──► decide ──► predictions
 *                 └─► dead-letters                                         ├─────► dead-letters
 *                                                                          └─────► reports (one partition) ──► desk ──► alerts
 *                                                                                  controls (one partition) ────┘
 *   registry ──► news ──► repartition topic ──► score …
 * </pre>
 *
 * <p>{@code score} looks ahead; {@code detect} learns what is usual for each device; {@code decide} holds the alerts'
 * states; {@code desk} sees the alerts of all devices. A pipeline without rules has none. To be closed after Kafka Streams was;
 * the scorer is the caller's.
 */
public final class PipelineTopology implements AutoCloseable {
    static final String PREDICTIONS = "predictions";
    static final String ALERTS = "alerts";
    static final String DEAD_LETTERS = "dead-letters";
    static final String REPARTITION = "by-device";
    static final String REPORTS = "reports";
    static final String DESK = "desk";
    static final String DESK_DEAD_LETTERS = "desk-dead-letters";
    static final String DESK_STORE = "desk";
    static final String ALERT_STORE = "alert-states";
    static final String TWIN_STORE = "device-twins";
    static final String NEWS = "registry-news";
    static final String REGISTRY_DEAD_LETTERS = "registry-dead-letters";
    private static final String REGISTRY_READER = "registry-reader";
    private static final String DETECT_STORE = "detector-states";
    private static final String DEVICE_STORE = "device-states";
    static final String KEYED = "keyed";
    static final String REKEY_DEAD_LETTERS = "rekey-dead-letters";

    private final PipelineConfig config;
    private final Scorer scorer;
    private final ScoringPlan plan;
    private final StageTimes times;
    private final ObservableLongCounter faults;
    private final ModelIdentity identity;
    private final DetectPlan detect;
    private final DetectorGauges gauges;
    private final List<String> scoreNames;
    private final Pace pace;
    private final LookAhead<?> lookAhead;
    private final ProcessorSupplier<byte[], byte[], byte[], Turn> scoring;

    /**
     * @param config checked against the scorer's model
     * @param scorer runs the model; as many rows at once as the configuration's batches have
     */
    public PipelineTopology(PipelineConfig config, Scorer scorer, Meter meter) {
        this.config = config;
        this.scorer = scorer;
        plan = PlanCompiler.compile(config, scorer.contract());
        times = new StageTimes(meter);
        faults = meter.counterBuilder("millrace.device.faults")
                .setUnit("{call}")
                .setDescription("Calls of the model that failed on its device's account")
                .buildWithCallback(counter -> counter.record(scorer.deviceFaults()));
        identity = new ModelIdentity(
                config.model().name(),
                config.model().version().orElse(null),
                scorer.contract().sha256(),
                scorer.provider());
        detect = DetectPlan.compile(config.detect());
        gauges = new DetectorGauges(meter);
        scoreNames = Stream.concat(plan.scores().stream().map(ScoreColumn::name), config.detected().stream())
                .toList();
        pace = Pace.of(scorer.nanosPerRow(), Math.min(config.batch().rows(), scorer.maxRows()));
        LookAheadOptions options = new LookAheadOptions(
                this::isScored,
                pace.chunkRows(),
                new Worth(scorer.suggestedRows(), scorer.nanosPerRow()),
                config.batch().threads(),
                plan.features().stateful(),
                true,
                config.source().deviceHeader().orElse(null));
        if (plan.features().stateful()) {
            LookAhead<Decoded> ahead = new LookAhead<>(options, () -> new DecodeWorker(plan, times), times);
            lookAhead = ahead;
            scoring = stateful(ahead);
        } else {
            LookAhead<Finished> ahead = new LookAhead<>(options, this::newBatchWorker, times);
            lookAhead = ahead;
            scoring = () -> new StatelessProcessor(ahead);
        }
    }

    private BatchWorker<Finished> newBatchWorker() {
        StatelessCodec codec = new StatelessCodec(plan, scorer.maxRows());
        return new BatchWorker<>(scorer, new FinishingCodec(codec, earlyWriter()), times);
    }

    /** Whether a topic's records go straight to the scoring processor. */
    private boolean isScored(String topic) {
        return config.source().repartition()
                ? topic.endsWith("-" + REPARTITION + SourceHeaders.REPARTITION_SUFFIX)
                : topic.equals(config.source().topic());
    }

    /**
     * The graph of a pipeline without a registry.
     *
     * @throws IllegalStateException if it has one
     */
    public Topology build() {
        if (!config.registry().topics().isEmpty()) {
            throw new IllegalStateException(
                    "a pipeline with a registry must be told how many partitions its source has");
        }
        return build(1);
    }

    /**
     * The graph.
     *
     * @param sourcePartitions how many partitions the source topic has: those of the topic that brings news of devices to
     *     their tasks
     */
    public Topology build(int sourcePartitions) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<byte[], byte[]> telemetry = builder.stream(
                config.source().topic(),
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                        .withTimestampExtractor(PipelineTopology::timestamp)
                        .withName("source"));
        String deviceHeader = config.source().deviceHeader().orElse(null);
        if (config.source().repartition()) {
            telemetry = telemetry
                    .process(() -> new RekeyProcessor(plan, deviceHeader), Named.as("rekey"))
                    .process(ForwardProcessor::new, Named.as(KEYED))
                    .repartition(Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                            .withName(REPARTITION));
        }
        boolean registry = !config.registry().topics().isEmpty();
        if (registry) {
            telemetry = telemetry.merge(news(builder, sourcePartitions), Named.as("devices"));
        }
        KStream<byte[], Turn> scored = telemetry.process(scoring, Named.as("score"));
        if (!config.detect().isEmpty()) {
            scored = scored.process(detect(), Named.as("detect"));
        }
        KStream<byte[], byte[]> decided = scored.process(decide(sourcePartitions), Named.as("decide"));
        boolean alerts = !config.alerts().isEmpty();
        TopicsConfig topics = config.topics();
        if (alerts) {
            desk(builder, decided);
        }
        Topology topology = builder.build();
        if (alerts) {
            sink(topology, ALERTS, topics.alerts(), DESK);
            sink(topology, DESK_DEAD_LETTERS, topics.deadLetters(), DESK);
        }
        sink(topology, PREDICTIONS, topics.predictions(), "decide");
        sink(topology, DEAD_LETTERS, topics.deadLetters(), "decide");
        if (config.source().repartition()) {
            sink(topology, REKEY_DEAD_LETTERS, topics.deadLetters(), "rekey");
        }
        if (registry) {
            sink(topology, REGISTRY_DEAD_LETTERS, topics.deadLetters(), REGISTRY_READER);
        }
        return topology;
    }

    /** What is told of devices beside their telemetry, by device. */
    private KStream<byte[], byte[]> news(StreamsBuilder builder, int partitions) {
        RegistryConfig registry = config.registry();
        return builder.stream(
                        registry.topics(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                                .withTimestampExtractor(
                                        (record, time) -> NewsProcessor.timestamp(registry, record, time))
                                .withName("registry-source"))
                .process(() -> new NewsProcessor(registry), Named.as(REGISTRY_READER))
                .process(ForwardProcessor::new, Named.as(NEWS))
                .repartition(Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                        .withName(News.TOPIC)
                        .withNumberOfPartitions(partitions));
    }

    /** What the tasks report and what operators say come together in one task. */
    private void desk(StreamsBuilder builder, KStream<byte[], byte[]> decided) {
        KStream<byte[], byte[]> reports = decided.process(ForwardProcessor::new, Named.as(REPORTS))
                .repartition(Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                        .withName(REPORTS)
                        .withNumberOfPartitions(1));
        KStream<byte[], byte[]> controls = builder.stream(
                config.topics().controls(),
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                        .withTimestampExtractor(PipelineTopology::timestamp)
                        .withName("controls"));
        reports.merge(controls, Named.as("desk-input"))
                .process(
                        withStores(
                                () -> new DeskProcessor(
                                        config.pipeline(),
                                        config.alerting(),
                                        config.topics().controls()),
                                Stores.inMemoryKeyValueStore(DESK_STORE)),
                        Named.as(DESK));
    }

    private static void sink(Topology topology, String name, String topic, String parent) {
        topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), parent);
    }

    /** Kafka Streams stops at a record without a timestamp; such a record is taken to be as old as the one before. */
    static long timestamp(ConsumerRecord<Object, Object> record, long partitionTime) {
        return record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTime);
    }

    /**
     * Adds what the pipeline needs to Kafka Streams' properties, and defaults where they say nothing. Exactly-once
     * or not, batches wait for nobody: see {@link LookAhead}.
     */
    public void configure(Map<String, Object> properties) {
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.pipeline());
        properties.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                config.guarantee() == Guarantee.EXACTLY_ONCE
                        ? StreamsConfig.EXACTLY_ONCE_V2
                        : StreamsConfig.AT_LEAST_ONCE);
        ClientDefaults.addTo(properties, config.guarantee(), pace);
        lookAhead.attachTo(properties);
    }

    /** How many records have become predictions or dead letters since the start, replays included. */
    public long processed() {
        return lookAhead.processed();
    }

    private ProcessorSupplier<byte[], Turn, byte[], byte[]> decide(int partitions) {
        RegistryConfig registry = config.registry();
        boolean known = !registry.properties().isEmpty();
        TwinPlan twinPlan = new TwinPlan(registry.properties(), config.twinValues());
        List<String> observed = Stream.concat(
                        plan.observed().stream(), config.twinValues().stream().map(TwinValue::key))
                .toList();
        List<AlertRule> rules = config.alertsFor(scorer.contract()).stream()
                .map(rule -> AlertRule.of(rule, config.alerting().tell(), scoreNames, observed))
                .toList();
        boolean repartitioned = config.source().repartition();
        boolean checked = !repartitioned && !registry.topics().isEmpty();
        Supplier<Processor<byte[], Turn, byte[], byte[]>> processors = () -> {
            TaskTwins twins = known ? new TaskTwins(twinPlan) : null;
            PartitionCheck check = checked ? new PartitionCheck(partitions) : null;
            return new DecideProcessor(newAlerts(rules, twins), twins, registry.predictions(), check, repartitioned);
        };
        KeyValueBytesStoreSupplier alertStore = Stores.inMemoryKeyValueStore(ALERT_STORE);
        return known
                ? withStores(processors, alertStore, Stores.persistentKeyValueStore(TWIN_STORE))
                : withStores(processors, alertStore);
    }

    private TaskAlerts newAlerts(List<AlertRule> rules, @Nullable TaskTwins twins) {
        List<String> group = config.alerting().group();
        return new TaskAlerts(
                rules,
                config.alerting(),
                new AlertWriter(config.pipeline(), identity, scoreNames, plan.observed(), group),
                config.alerting().explain() ? Explainer.of(config, plan, scorer) : null,
                twins);
    }

    private ProcessorSupplier<byte[], byte[], byte[], Turn> stateful(LookAhead<Decoded> ahead) {
        StateLayout layout = plan.features().layout();
        boolean disk = config.state().store() == Store.DISK;
        return withStores(
                () -> {
                    PredictionWriter writer = earlyWriter();
                    return new StatefulProcessor(
                            ahead,
                            () -> new StatefulScorer(plan, scorer, times),
                            disk
                                    ? new StatesOnDisk(DEVICE_STORE, layout, StatesOnDisk.MEMORY_BYTES)
                                    : new StatesInMemory(DEVICE_STORE),
                            (raw, outcome) -> FinishingCodec.finish(raw, outcome, writer));
                },
                disk
                        ? Stores.persistentKeyValueStore(DEVICE_STORE)
                        : MemoryStore.supplier(DEVICE_STORE, layout, HeapShare.half()));
    }

    private ProcessorSupplier<byte[], Turn, byte[], Turn> detect() {
        List<String> known = Stream.concat(
                        plan.scores().stream().map(ScoreColumn::name), config.observedFields().stream())
                .toList();
        return withStores(
                () -> new DetectProcessor(
                        new TaskDetectors(
                                detect,
                                known,
                                new DetectorStates(DETECT_STORE, detect, DetectorStates.MEMORY_BYTES),
                                gauges),
                        newWriter()),
                Stores.persistentKeyValueStore(DETECT_STORE));
    }

    /** Where a prediction is made; none where detectors have yet to add to it. */
    private @Nullable PredictionWriter earlyWriter() {
        return config.detect().isEmpty() ? newWriter() : null;
    }

    private PredictionWriter newWriter() {
        CloudEvents events = config.topics().cloudEvents() == TopicsConfig.CloudEvents.ALL
                ? CloudEvents.predictions(config.pipeline())
                : null;
        return new PredictionWriter(identity, scoreNames, events);
    }

    private static <A, B, C, D> ProcessorSupplier<A, B, C, D> withStores(
            Supplier<Processor<A, B, C, D>> processors, KeyValueBytesStoreSupplier... stores) {
        Set<StoreBuilder<?>> builders = Stream.of(stores)
                .map(store -> Stores.keyValueStoreBuilder(store, Serdes.Bytes(), Serdes.ByteArray()))
                .collect(Collectors.toUnmodifiableSet());
        return new ProcessorSupplier<>() {
            @Override
            public Processor<A, B, C, D> get() {
                return processors.get();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return builders;
            }
        };
    }

    @Override
    public void close() {
        faults.close();
        lookAhead.close();
    }
}
