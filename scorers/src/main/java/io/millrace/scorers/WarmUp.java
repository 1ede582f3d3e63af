package io.millrace.scorers;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a model at every batch size before traffic does: so that ONNX Runtime has planned its memory for each,
 * that a row's results are known to be the same in each, and that the cost of a call is known.
 *
 * <p>Rows are random numbers between -1 and 1; integers and booleans are 0, the one value that is an index into
 * any table. Sizes go up until {@link #BUDGET_NANOS} are spent: where a call takes long, its first one hardly
 * takes longer.
 *
 * @param cost what a call costs
 * @param largestDeviation the largest difference between results of the same row in batches of different sizes
 */
record WarmUp(CostFit cost, double largestDeviation) {
    /** Single precision leaves about 1e-7; sums in another order some 1e-6. A model that mixes rows shows more. */
    private static final double TOLERANCE = 1e-4;

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final long BUDGET_NANOS = 2_000_000_000L;
    private static final long SIZE_BUDGET_NANOS = 5_000_000L;
    private static final long COMPILER_BUDGET_NANOS = 30_000_000L;
    private static final int MAX_COMPARED_ELEMENTS = 1 << 20;

    static WarmUp of(Engine engine, SessionBatch batch, int maxRows, String model)
            throws OrtException, ScoringException, ModelException {
        RowLayout layout = batch.layout();
        int[] sizes = layout.isOpen() ? RowLayout.sizes(maxRows) : fixedSizes(layout.fixedRows(), maxRows);
        double[] nanos = new double[sizes.length];
        Comparison[] comparisons = comparisons(layout, batch, maxRows);
        long end = System.nanoTime() + BUDGET_NANOS;
        fill(layout, batch, 1);
        fastest(engine, batch, 1, COMPILER_BUDGET_NANOS);
        int measured = 0;
        while (measured < sizes.length && (measured == 0 || System.nanoTime() < end)) {
            int rows = sizes[measured];
            fill(layout, batch, rows);
            nanos[measured++] = fastest(engine, batch, rows, SIZE_BUDGET_NANOS);
            for (Comparison comparison : comparisons) {
                comparison.add(rows, model);
            }
        }
        if (measured < sizes.length) {
            LOG.info(
                    "{}: batches of more than {} rows were not warmed up within {} s",
                    model,
                    sizes[measured - 1],
                    BUDGET_NANOS / 1_000_000_000L);
        }
        int[] run = Arrays.stream(sizes, 0, measured).map(layout::capacity).toArray();
        double deviation =
                Arrays.stream(comparisons).mapToDouble(c -> c.largest).max().orElse(0);
        return new WarmUp(CostFit.of(run, Arrays.copyOf(nanos, measured)), deviation);
    }

    private static double tolerance(ElementType type) {
        return switch (type) {
            case FLOAT16 -> 5e-3;
            case BFLOAT16 -> 4e-2;
            default -> TOLERANCE;
        };
    }

    private static int[] fixedSizes(int fixedRows, int maxRows) {
        return IntStream.of(1, fixedRows, maxRows)
                .filter(n -> n <= maxRows)
                .sorted()
                .distinct()
                .toArray();
    }

    /** The shortest of the calls that fit into the budget, at least one. */
    private static double fastest(Engine engine, SessionBatch batch, int rows, long budgetNanos)
            throws OrtException, ScoringException {
        long best = Long.MAX_VALUE;
        long start = System.nanoTime();
        long before = start;
        while (best == Long.MAX_VALUE || before - start < budgetNanos) {
            batch.run(engine, rows);
            long after = System.nanoTime();
            best = Math.min(best, after - before);
            before = after;
        }
        return Math.max(1, best);
    }

    static void fill(RowLayout layout, SessionBatch batch, int rows) {
        for (int i = 0; i < layout.inputs().size(); i++) {
            RowTensor input = layout.inputs().get(i);
            TensorBuffer target = batch.input(i);
            if (input.spec().type().isText()) {
                fill(target, rows, input.sample());
            } else if (input.spec().type().isFloating()) {
                SplittableRandom random = new SplittableRandom(i);
                double[] values = new double[target.rowSize()];
                for (int row = 0; row < rows; row++) {
                    boolean anew = row == 0 || !layout.isShared(input); // or each row would be a call of its own
                    Arrays.setAll(values, column -> anew ? random.nextDouble() * 2 - 1 : values[column]);
                    target.setRow(row, values, 0);
                }
            }
        }
    }

    private static void fill(TensorBuffer target, int rows, String text) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < target.rowSize(); column++) {
                target.setText(row, column, text);
            }
        }
    }

    private static Comparison[] comparisons(RowLayout layout, SessionBatch batch, int maxRows) {
        return IntStream.range(0, layout.outputs().size())
                .filter(i -> !layout.outputs().get(i).spec().type().isText())
                .mapToObj(i -> new Comparison(layout.outputs().get(i).spec(), batch.output(i), maxRows))
                .toArray(Comparison[]::new);
    }

    /** How far two results are apart, relative to the first where that is above 1; NaN equals NaN. */
    static double deviation(double a, double b) {
        if (Double.compare(a, b) == 0 || a == b) {
            return 0;
        }
        double difference = Math.abs(a - b) / Math.max(1, Math.abs(a));
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    /** The results of an output's rows as first seen, against which later ones are held. */
    private static final class Comparison {
        private final String name;
        private final TensorBuffer output;
        private final double tolerance;
        private final double[] seen;
        private final double[] row;
        private final int maxRows;
        private int rows;
        private double largest;

        Comparison(TensorSpec spec, TensorBuffer output, int maxRows) {
            this.name = spec.name();
            this.tolerance = tolerance(spec.type());
            this.output = output;
            this.maxRows = Math.min(maxRows, Math.max(1, MAX_COMPARED_ELEMENTS / output.rowSize()));
            this.seen = new double[this.maxRows * output.rowSize()];
            this.row = new double[output.rowSize()];
        }

        void add(int batchRows, String model) throws ModelException {
            for (int r = 0; r < Math.min(batchRows, maxRows); r++) {
                int start = r * row.length;
                if (r >= rows) {
                    output.getRow(r, seen, start);
                    continue;
                }
                output.getRow(r, row, 0);
                for (int i = 0; i < row.length; i++) {
                    largest = Math.max(largest, deviation(seen[start + i], row[i]));
                    if (largest > tolerance) {
                        throw new ModelException(model + ": output '" + name + "' of a row must not depend on the rows "
                                + "beside it, got: " + seen[start + i] + " in a smaller batch and " + row[i]
                                + " in one of " + batchRows + " rows (a batch of 1 row would do)");
                    }
                }
            }
            rows = Math.max(rows, Math.min(batchRows, maxRows));
        }
    }
}
