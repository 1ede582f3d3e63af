package io.millrace.loadtest.jmh;

import io.millrace.loadtest.pipeline.Model;
import io.millrace.topology.emit.ModelIdentity;
import io.millrace.topology.emit.PredictionWriter;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.BatchScorer;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.StatelessCodec;
import io.millrace.topology.telemetry.StageTimes;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** All of a record's way but Kafka: bytes to rows, one call of the model, predictions to bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH sets up
public class BatchBenchmark {
    private static final int ROWS = 512;

    @Param({"MLP16", "WINDOW64X8"})
    public Model model = Model.MLP16;

    private final Outcome[] outcomes = new Outcome[ROWS];
    private Telemetry telemetry;
    private BatchScorer<RawEvent, Outcome> scorer;
    private PredictionWriter writer;
    private int next;

    @Setup
    public void setUp() {
        telemetry = new Telemetry(model);
        Pipeline pipeline = new Pipeline(model, Pipeline.row(model));
        StageTimes untold = new StageTimes(MeterProvider.noop().get("jmh"));
        scorer = new BatchScorer<>(pipeline.scorer, new StatelessCodec(pipeline.plan, ROWS), untold);
        writer = new PredictionWriter(
                new ModelIdentity(model.label(), null, model.sha256(), "CPU"), List.of("score"), null);
        scorer.score(List.of(telemetry.at(0)), outcomes);
        if (((Prediction) outcomes[0]).scores().length != 1) {
            throw new IllegalStateException("the records must be such that the model is asked, got: " + outcomes[0]);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long bytesToBytes() {
        List<RawEvent> batch = new ArrayList<>(ROWS);
        for (int i = 0; i < ROWS; i++) {
            batch.add(telemetry.at(next++));
        }
        scorer.score(batch, outcomes);
        long bytes = 0;
        for (int i = 0; i < ROWS; i++) {
            bytes += Objects.requireNonNull(
                            writer.write(batch.get(i), (Prediction) outcomes[i]).value())
                    .length;
        }
        return bytes;
    }
}
