package io.millrace.loadtest.jmh;

import io.millrace.topology.config.DetectConfig;
import io.millrace.topology.config.DetectConfig.Gate;
import io.millrace.topology.config.DetectConfig.Method;
import io.millrace.topology.detect.DetectPlan;
import io.millrace.topology.detect.DeviceDetectors;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an event costs a detector, over a thousand devices by turns, each with a rhythm, noise and outliers: so most of
 * their memory is not in the processor's caches, as in a pipeline.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DetectBenchmark {
    private static final int DEVICES = 1000;
    private static final int PAST = 1000;
    private static final double[] USUAL = {1};

    @Param({"rarity", "pattern", "rank", "robust-z", "spot", "cusum"})
    @SuppressWarnings("NullAway.Init") // by JMH
    private String method;

    private final DeviceDetectors[] devices = new DeviceDetectors[DEVICES];
    private final double[] values = new double[1 << 16];
    private final double[] signal = new double[1];
    private int next;

    @Setup
    public void makeThePast() {
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            double outlier = random.nextInt(200) == 0 ? 20 * random.nextGaussian() : 0;
            values[i] = Math.sin(i / 20_000.0) + 0.1 * random.nextGaussian() + outlier;
        }
        DetectPlan plan = DetectPlan.compile(
                List.of(new DetectConfig("d", List.of("/value"), kind(), Gate.USUAL, 60, Optional.empty())));
        for (int i = 0; i < DEVICES; i++) {
            devices[i] = plan.newDevice();
        }
        for (int i = 0; i < DEVICES * PAST; i++) {
            event();
        }
    }

    private Method kind() {
        return switch (method) {
            case "rarity" -> new Method.Rarity();
            case "pattern" -> new Method.Pattern(10);
            case "rank" -> new Method.Rank();
            case "robust-z" -> new Method.RobustZ(64);
            case "spot" -> new Method.Spot(0);
            case "cusum" -> new Method.Cusum(0.5);
            default -> throw new IllegalArgumentException("there must be a method of that name, got: " + method);
        };
    }

    @Benchmark
    public double event() {
        signal[0] = values[next & (values.length - 1)];
        double score = devices[next % DEVICES].next(signal, next, USUAL)[0];
        next++;
        return score;
    }
}
