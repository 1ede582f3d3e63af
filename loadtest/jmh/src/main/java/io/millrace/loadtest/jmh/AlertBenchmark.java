package io.millrace.loadtest.jmh;

import io.millrace.loadtest.pipeline.Model;
import io.millrace.topology.decide.AlertRule;
import io.millrace.topology.decide.AlertState;
import io.millrace.topology.decide.AlertStates;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What three rules make of a score, with the device's states read and written as they are stored. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AlertBenchmark {
    private final List<AlertRule> rules = new Pipeline(Model.MLP16, Pipeline.ROW)
            .config.alerts().stream()
                    .map(alert -> AlertRule.of(alert, List.of("score")))
                    .toList();
    private final AlertStates states = new AlertStates(rules);
    private final double[] scores = new Random(1).doubles(Telemetry.RECORDS).toArray();
    private final byte[][] stored = new byte[Telemetry.DEVICES][];
    private final double[] score = new double[1];
    private int next;

    public AlertBenchmark() {
        Arrays.fill(stored, states.write(states.read(null)));
    }

    @Benchmark
    public byte[] decide() {
        int n = next++;
        int device = n & (Telemetry.DEVICES - 1);
        score[0] = scores[n & (Telemetry.RECORDS - 1)];
        AlertState[] now = states.read(stored[device]);
        for (int i = 0; i < now.length; i++) {
            now[i] = now[i].next(rules.get(i), score, n);
        }
        byte[] written = states.write(now);
        stored[device] = written;
        return written;
    }
}
