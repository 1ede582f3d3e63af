package io.millrace.topology.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the time of a batch goes: {@code millrace.stage.duration} in seconds by stage (decode, inference, emit,
 * wait), {@code millrace.batch.rows}, and {@code millrace.rows.scored} by the provider that did it. Recorded once per batch, never
 * per record. Thread-safe.
 */
public final class StageTimes {
    private static final AttributeKey<String> STAGE = AttributeKey.stringKey("stage");
    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("provider");
    private static final Attributes DECODE = Attributes.of(STAGE, "decode");
    private static final Attributes WAIT = Attributes.of(STAGE, "wait");
    private static final Attributes INFERENCE = Attributes.of(STAGE, "inference");
    private static final Attributes EMIT = Attributes.of(STAGE, "emit");
    private static final double NANOS = 1e-9;

    private final DoubleHistogram durations;
    private final LongHistogram batchRows;
    private final LongCounter rows;
    private final Map<String, Attributes> providers = new ConcurrentHashMap<>();

    public StageTimes(Meter meter) {
        durations = meter.histogramBuilder("millrace.stage.duration")
                .setUnit("s")
                .setDescription("Time that a batch spent in a stage of the pipeline")
                .setExplicitBucketBoundariesAdvice(
                        List.of(1e-6, 1e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1, 1.0, 10.0))
                .build();
        batchRows = meter.histogramBuilder("millrace.batch.rows")
                .ofLongs()
                .setUnit("{row}")
                .setDescription("Rows that one call of the model scored")
                .setExplicitBucketBoundariesAdvice(
                        List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 1024L, 4096L))
                .build();
        rows = meter.counterBuilder("millrace.rows.scored")
                .setUnit("{row}")
                .setDescription("Rows that the model has scored")
                .build();
    }

    /** Nanoseconds of a clock that only moves forward. */
    public long now() {
        return System.nanoTime();
    }

    /** Records were decoded and turned into rows. Returns the time now, the next stage's start. */
    public long decoded(long start) {
        return record(start, DECODE);
    }

    /** A batch was scored in one call by a provider. Returns the time now, the next stage's start. */
    public long scored(long start, int batch, String provider) {
        batchRows.record(batch);
        rows.add(batch, providers.computeIfAbsent(provider, name -> Attributes.of(PROVIDER, name)));
        return record(start, INFERENCE);
    }

    /** Results were made from a batch. Returns the time now. */
    public long emitted(long start) {
        return record(start, EMIT);
    }

    /** The stream thread stood waiting for a batch. Returns the time now. */
    public long waited(long start) {
        return record(start, WAIT);
    }

    private long record(long start, Attributes stage) {
        long now = now();
        durations.record((now - start) * NANOS, stage);
        return now;
    }
}
