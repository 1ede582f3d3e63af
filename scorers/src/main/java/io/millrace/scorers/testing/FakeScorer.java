package io.millrace.scorers.testing;

import io.millrace.scorers.Batch;
import io.millrace.scorers.ElementType;
import io.millrace.scorers.ModelContract;
import io.millrace.scorers.Scorer;
import io.millrace.scorers.ScoringException;
import io.millrace.scorers.TensorBuffer;
import io.millrace.scorers.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/**
 * A {@link Scorer} whose model is a Java function, with the same rules as a real one: a batch fails as a whole,
 * outputs can be read up to the rows scored, what is closed is refused. It can be told to fail and to wait, and
 * it remembers the size of every call. Thread-safe.
 */
public final class FakeScorer implements Scorer {
    /** A model's function of one row. */
    @FunctionalInterface
    public interface Row {
        /**
         * Scores a row.
         *
         * @param inputs the row of each input, in the contract's order
         * @param outputs the row of each output, to be filled in
         */
        void score(double[][] inputs, double[][] outputs);
    }

    private final ModelContract contract;
    private final int maxRows;
    private final Row row;
    private final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
    private volatile Predicate<double[][]> failing = inputs -> false;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean closed;

    public FakeScorer(ModelContract contract, int maxRows, Row row) {
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows must be at least 1, got: " + maxRows);
        }
        this.contract = contract;
        this.maxRows = maxRows;
        this.row = row;
    }

    /** One float input {@code features} of that many columns, one float output {@code score} of one. */
    public static FakeScorer of(int features, int maxRows, Row row) {
        return new FakeScorer(
                contract(List.of(floats("features", features)), List.of(floats("score", 1))), maxRows, row);
    }

    /** A contract called {@code fake} with those inputs and outputs. */
    public static ModelContract contract(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new ModelContract("fake", "0".repeat(64), inputs, outputs, Map.of());
    }

    /** A float tensor with an open batch axis. */
    public static TensorSpec floats(String name, int columns) {
        return new TensorSpec(name, ElementType.FLOAT, List.of(TensorSpec.DYNAMIC, (long) columns));
    }

    /** From now on, every batch fails that holds a row for which {@code condition} holds; it sees the row's inputs. */
    public void failWhen(Predicate<double[][]> condition) {
        failing = condition;
    }

    /** From now on, calls wait until {@link #release}. */
    public void block() {
        gate = new CountDownLatch(1);
    }

    /** Lets the waiting calls, and all later ones, go on. */
    public void release() {
        gate.countDown();
    }

    /** Calls so far, including those that wait or failed. */
    public int calls() {
        return batchSizes.size();
    }

    /** The rows of each call so far, in order. */
    public List<Integer> batchSizes() {
        return List.copyOf(batchSizes);
    }

    @Override
    public ModelContract contract() {
        return contract;
    }

    @Override
    public String provider() {
        return "CPU";
    }

    @Override
    public int maxRows() {
        return maxRows;
    }

    @Override
    public Batch newBatch() {
        requireOpen();
        return new HeapBatch(this);
    }

    @Override
    public void score(Batch batch, int rows) throws ScoringException {
        requireOpen();
        if (!(batch instanceof HeapBatch own) || own.scorer != this) {
            throw new IllegalArgumentException("the batch must come from newBatch() of this scorer");
        }
        if (rows < 1 || rows > maxRows) {
            throw new IllegalArgumentException("rows must be between 1 and " + maxRows + ", got: " + rows);
        }
        own.requireOpen();
        own.limitOutputs(0);
        batchSizes.add(rows);
        await();
        for (int r = 0; r < rows; r++) {
            double[][] inputs = own.row(own.inputs, r);
            if (failing.test(inputs)) {
                throw new ScoringException("the fake fails as told");
            }
            double[][] outputs = own.row(own.outputs, r);
            row.score(inputs, outputs);
            own.setOutputs(r, outputs);
        }
        own.limitOutputs(rows);
    }

    private void await() throws ScoringException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScoringException("interrupted while blocked", e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scorer of model " + contract.name() + " is closed");
        }
    }

    /** Also lets waiting calls go on. */
    @Override
    public void close() {
        closed = true;
        release();
    }

    private static final class HeapBatch implements Batch {
        private final FakeScorer scorer;
        private final HeapTensor[] inputs;
        private final HeapTensor[] outputs;
        private volatile boolean closed;

        HeapBatch(FakeScorer scorer) {
            this.scorer = scorer;
            this.inputs = tensors(scorer.contract.inputs(), scorer.maxRows);
            this.outputs = tensors(scorer.contract.outputs(), scorer.maxRows);
            limitOutputs(0);
        }

        private static HeapTensor[] tensors(List<TensorSpec> specs, int rows) {
            return specs.stream().map(s -> new HeapTensor(s.rowSize(), rows)).toArray(HeapTensor[]::new);
        }

        private double[][] row(HeapTensor[] tensors, int row) {
            double[][] result = new double[tensors.length][];
            for (int i = 0; i < tensors.length; i++) {
                result[i] = new double[tensors[i].rowSize];
                System.arraycopy(tensors[i].values, row * tensors[i].rowSize, result[i], 0, tensors[i].rowSize);
            }
            return result;
        }

        private void setOutputs(int row, double[][] values) {
            for (int i = 0; i < outputs.length; i++) {
                System.arraycopy(values[i], 0, outputs[i].values, row * outputs[i].rowSize, outputs[i].rowSize);
            }
        }

        private void limitOutputs(int rows) {
            for (HeapTensor output : outputs) {
                output.rows = rows;
            }
        }

        @Override
        public String provider() {
            return scorer.provider();
        }

        @Override
        public TensorBuffer input(int index) {
            requireOpen();
            return inputs[index];
        }

        @Override
        public TensorBuffer output(int index) {
            requireOpen();
            return outputs[index];
        }

        private void requireOpen() {
            if (closed) {
                throw new IllegalStateException("the batch is closed");
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Numbers as they are: the fake rounds to no element type. */
    private static final class HeapTensor implements TensorBuffer {
        private final int rowSize;
        private final double[] values;
        private int rows;

        HeapTensor(int rowSize, int rows) {
            this.rowSize = rowSize;
            this.rows = rows;
            this.values = new double[Math.multiplyExact(rowSize, rows)];
        }

        @Override
        public int rowSize() {
            return rowSize;
        }

        @Override
        public void set(int row, int column, double value) {
            values[start(row) + Objects.checkIndex(column, rowSize)] = value;
        }

        @Override
        public void setRow(int row, double[] source, int from) {
            System.arraycopy(source, from, values, start(row), rowSize);
        }

        @Override
        public double get(int row, int column) {
            return values[start(row) + Objects.checkIndex(column, rowSize)];
        }

        @Override
        public void getRow(int row, double[] target, int to) {
            System.arraycopy(values, start(row), target, to, rowSize);
        }

        private int start(int row) {
            return Objects.checkIndex(row, rows) * rowSize;
        }
    }
}
