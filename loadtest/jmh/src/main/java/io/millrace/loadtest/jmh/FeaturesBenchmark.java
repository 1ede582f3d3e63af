package io.millrace.loadtest.jmh;

import io.millrace.loadtest.pipeline.Model;
import io.millrace.topology.features.DeviceState;
import io.millrace.topology.features.FeaturePlan;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From an event and its device's past to a row of the model's input; and what taking the event in costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FeaturesBenchmark {
    private static final String CHANNELS =
            IntStream.range(0, 8).mapToObj(i -> "/f" + i).collect(Collectors.joining(", "));
    private static final int WINDOW = 64;

    private final Plan row = new Plan(Model.MLP16, Pipeline.ROW);
    private final Plan window = new Plan(Model.WINDOW64X8, "{fields: [" + CHANNELS + "], window: " + WINDOW + "}");

    private static final class Plan {
        private final FeaturePlan features;
        private final double[][] events = new double[Telemetry.RECORDS][];
        private final double[][] row;
        private final DeviceState past;
        private int next;

        Plan(Model model, String input) {
            Pipeline pipeline = new Pipeline(model, input);
            features = pipeline.plan.features();
            row = features.newRow();
            Random random = new Random(1);
            for (int i = 0; i < events.length; i++) {
                events[i] = random.doubles(pipeline.plan.fields()).toArray();
            }
            past = new DeviceState(features.layout());
            List.of(events).subList(0, WINDOW).forEach(event -> past.accept(event, 0));
        }

        double[] event() {
            return events[next++ & (Telemetry.RECORDS - 1)];
        }

        double[][] fill() {
            features.fill(event(), next, past, row);
            return row;
        }
    }

    @Benchmark
    public double[][] fillRowOf16() {
        return row.fill();
    }

    @Benchmark
    public double[][] fillWindowOf64x8() {
        return window.fill();
    }

    /** Moves a device on by an event, and makes the entry that is stored. */
    @Benchmark
    public byte[] acceptIntoWindow() {
        window.past.accept(window.event(), window.next);
        byte[] entry = window.past.entry();
        window.past.written();
        return entry;
    }
}
