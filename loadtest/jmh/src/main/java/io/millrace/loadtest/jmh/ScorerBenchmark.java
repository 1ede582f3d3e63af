package io.millrace.loadtest.jmh;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.loadtest.pipeline.Model;
import io.millrace.scorers.Batch;
import io.millrace.scorers.ModelException;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import io.millrace.scorers.ScoringException;
import io.millrace.scorers.TensorBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One call of a model, its rows written and its results read: microseconds for each call, not for each row. */
@NullUnmarked // JMH fills the fields
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ScorerBenchmark {
    @Param({"mlp16", "window64x8", "image28x28"})
    String model;

    @Param({"1", "32", "128", "512"})
    int rows;

    /** Of so many numbers the rows are made, in turn: 4,194,304 are 32 MB, 65,536 fit into the processor's caches. */
    @Param("4194304")
    int distinct;

    private double[] numbers;
    private float[] singles;
    private int features;
    private int at;
    private OnnxScorer scorer;
    private Batch batch;
    private OrtSession naive;

    @Setup
    public void open() throws IOException, ModelException, OrtException {
        Model one = Model.named(model);
        features = one.features();
        Path file = one.extract(Files.createTempDirectory("millrace-jmh"));
        scorer = OnnxScorer.open(ModelFile.read(file), OnnxOptions.defaults().withMaxRows(rows));
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            naive = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
        }
        Files.delete(file);
        Files.delete(file.getParent());
        batch = scorer.newBatch();
        numbers = new Random(1).doubles(distinct).toArray();
        singles = new float[distinct];
        for (int i = 0; i < distinct; i++) {
            singles[i] = (float) numbers[i];
        }
    }

    @Benchmark
    public double writeScoreRead() throws ScoringException {
        TensorBuffer input = batch.input(0);
        for (int row = 0; row < rows; row++) {
            input.setRow(row, numbers, next(1));
        }
        return scoreRead();
    }

    /** The same with rows that lie one after the other, written at once. */
    @Benchmark
    public double writeAllScoreRead() throws ScoringException {
        batch.input(0).setRows(0, rows, numbers, next(rows));
        return scoreRead();
    }

    /** The same from single precision: nothing to convert. */
    @Benchmark
    public double writeFloatsScoreRead() throws ScoringException {
        batch.input(0).setRows(0, rows, singles, next(rows));
        return scoreRead();
    }

    private int next(int count) {
        int size = count * features;
        at = at + size > distinct - size ? 0 : at + size;
        return at;
    }

    private double scoreRead() throws ScoringException {
        scorer.score(batch, rows);
        TensorBuffer output = batch.output(0);
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += output.get(row, 0);
        }
        return sum;
    }

    /** What a first try looks like: for each row an array, a tensor from it, one call, and an array from the result. */
    @Benchmark
    public float naiveRow() throws OrtException {
        float[][] row = new float[1][features];
        int from = next(1);
        for (int i = 0; i < features; i++) {
            row[0][i] = (float) numbers[from + i];
        }
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), row);
                OrtSession.Result result = naive.run(Map.of("features", tensor))) {
            return ((float[][]) result.get(0).getValue())[0][0];
        }
    }

    @TearDown
    public void close() throws OrtException {
        batch.close();
        scorer.close();
        naive.close();
    }
}
