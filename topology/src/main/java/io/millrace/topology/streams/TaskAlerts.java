package io.millrace.topology.streams;

import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertEngine;
import io.millrace.topology.decide.AlertRule;
import io.millrace.topology.emit.AlertWriter;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Explainer;
import io.millrace.topology.score.Explainer.Contribution;
import io.millrace.topology.score.Outcome.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of a task's devices, between the engine that moves them and Kafka Streams: the store has what the engine
 * has, and reports go to the desk. The engine is made anew from the store whenever the task is.
 */
final class TaskAlerts {
    static final Duration TICK = Duration.ofSeconds(1);

    private final List<AlertRule> rules;
    private final AlertingConfig config;
    private final AlertWriter writer;
    private final @Nullable Explainer explainer;
    private final @Nullable TaskTwins twins;
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<Bytes, byte[]> store;
    private @Nullable AlertEngine engine;

    private @Nullable RawEvent raw; // what decides now; nothing while the clock does
    private @Nullable Prediction prediction;
    private @Nullable Headers headers;
    private long timestampMs;

    TaskAlerts(
            List<AlertRule> rules,
            AlertingConfig config,
            AlertWriter writer,
            @Nullable Explainer explainer,
            @Nullable TaskTwins twins) {
        this.twins = twins;
        this.rules = rules;
        this.config = config;
        this.writer = writer;
        this.explainer = explainer;
    }

    boolean any() {
        return !rules.isEmpty();
    }

    void open(ProcessorContext<byte[], byte[]> initialised) {
        if (!any()) {
            return;
        }
        context = initialised;
        store = initialised.getStateStore(PipelineTopology.ALERT_STORE);
        load(initialised.currentSystemTimeMs());
        initialised.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    private void load(long nowMs) {
        AlertEngine fresh = new AlertEngine(rules, config, new Output());
        try (KeyValueIterator<Bytes, byte[]> all = Objects.requireNonNull(store).all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> device = all.next();
                fresh.load(device.key.get(), device.value, nowMs);
            }
        }
        engine = fresh;
    }

    /** Moves the alerts of the event's device on. */
    void decide(RawEvent from, Prediction made, long recordTimestampMs, @Nullable Headers traced) {
        raw = from;
        prediction = made;
        headers = traced;
        timestampMs = recordTimestampMs;
        long now = Objects.requireNonNull(context).currentSystemTimeMs();
        double[] fields = twins == null ? made.fields() : twins.behind(made.fields(), made.device());
        try {
            Objects.requireNonNull(engine)
                    .event(made.device(), made.timeMs(), recordTimestampMs, made.scores(), fields, now);
        } catch (RuntimeException e) {
            throw goBack(e, now);
        }
        if (explainer != null) {
            explainer.observe(from, made, now); // after it was judged: it must not explain itself
        }
    }

    /** A device is no more. */
    void retire(byte[] device, long recordTimestampMs) {
        if (any()) {
            long now = Objects.requireNonNull(context).currentSystemTimeMs();
            withoutEvent(
                    recordTimestampMs, now, () -> Objects.requireNonNull(engine).retire(device, now));
        }
    }

    private void withoutEvent(long recordTimestampMs, long now, Runnable step) {
        raw = null;
        prediction = null;
        headers = null;
        timestampMs = recordTimestampMs;
        try {
            step.run();
        } catch (RuntimeException e) {
            throw goBack(e, now);
        }
    }

    private void tick(long now) {
        withoutEvent(now, now, () -> Objects.requireNonNull(engine).tick(now));
        if (Objects.requireNonNull(engine).catchingUp()) {
            Objects.requireNonNull(context)
                    .forward(new Record<>(DeskProcessor.BUSY, DeskProcessor.BUSY, now), PipelineTopology.REPORTS);
        }
    }

    /** What cannot be sent may be tried again: then the engine must not have gone on. */
    private RuntimeException goBack(RuntimeException failure, long now) {
        load(now);
        return failure;
    }

    private List<Contribution> contributions(AlertChange change) {
        AlertRule rule = change.rule();
        if (explainer == null
                || raw == null
                || prediction == null
                || rule == null
                || !change.cause().rises()) {
            return List.of();
        }
        long now = Objects.requireNonNull(context).currentSystemTimeMs();
        return explainer.explain(raw, prediction, rule.valueScore(), now);
    }

    void close() {
        if (explainer != null) {
            explainer.close();
        }
    }

    private final class Output implements AlertEngine.Output {
        @Override
        public void store(byte[] device, byte @Nullable [] state) {
            Objects.requireNonNull(store).put(Bytes.wrap(device), state);
        }

        @Override
        public void tell(AlertChange change) {
            byte[] twin = twins == null ? null : twins.of(change.device()).properties();
            byte[] report =
                    writer.write(raw, change, twin, contributions(change)).encode();
            Objects.requireNonNull(context)
                    .forward(new Record<>(change.device(), report, timestampMs, headers), PipelineTopology.REPORTS);
        }
    }
}
