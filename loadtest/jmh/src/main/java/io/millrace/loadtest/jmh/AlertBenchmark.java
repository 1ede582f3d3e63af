package io.millrace.loadtest.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.loadtest.pipeline.Model;
import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.config.AlertingConfig.Tell;
import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertEngine;
import io.millrace.topology.decide.AlertRule;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What three rules make of a score: of random ones, so that alerts come and go as never in earnest, and of calm ones, as
 * nearly all are.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AlertBenchmark {
    private static final double[] NO_FIELDS = {};

    private final List<AlertRule> rules = new Pipeline(Model.MLP16, Pipeline.ROW)
            .config.alerts().stream()
                    .map(alert -> AlertRule.of(alert, Tell.DECISIONS, List.of("score"), List.of()))
                    .toList();
    private final AlertEngine engine = engine();
    private final AlertEngine calm = engine();
    private final double[] scores = new Random(1).doubles(Telemetry.RECORDS).toArray();
    private final byte[][] devices = new byte[Telemetry.DEVICES][];
    private final double[] score = new double[1];
    private int next;
    private long written;

    public AlertBenchmark() {
        for (int i = 0; i < devices.length; i++) {
            devices[i] = ("device-" + i).getBytes(UTF_8);
        }
    }

    private AlertEngine engine() {
        return new AlertEngine(rules, AlertingConfig.DEFAULT, new AlertEngine.Output() {
            @Override
            public void store(byte[] device, byte @Nullable [] state) {
                written += state == null ? 0 : state.length;
            }

            @Override
            public void tell(AlertChange change) {
                written++;
            }
        });
    }

    /** Scores that are evenly spread between 0 and 1. */
    @Benchmark
    public long random() {
        return decide(engine, 1);
    }

    /** Scores that no rule cares for. */
    @Benchmark
    public long calm() {
        return decide(calm, 0.1);
    }

    private long decide(AlertEngine by, double scale) {
        int n = next++;
        score[0] = scores[n & (Telemetry.RECORDS - 1)] * scale;
        by.event(devices[n & (Telemetry.DEVICES - 1)], n, n, score, NO_FIELDS, n);
        return written;
    }
}
