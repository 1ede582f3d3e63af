package io.millrace.scorers;

import ai.onnxruntime.OrtException;
import java.util.stream.IntStream;

/** Rows whose results on a device are held against the CPU's, before the first event is scored there. */
final class GoldenRows {
    private static final int ROWS = 256;
    private static final int MAX_ELEMENTS = 1 << 20;

    private GoldenRows() {}

    /**
     * Scores the same random rows on both, in batches of one, of some and of many.
     *
     * @return the largest difference, relative to the CPU's result where that is above 1
     * @throws DeviceUnavailable if it is above the tolerance
     */
    static double compare(Engine device, Engine cpu, SessionBatch batch, OnnxOptions options)
            throws OrtException, ScoringException, DeviceUnavailable {
        RowLayout layout = batch.layout();
        int widest = layout.outputs().stream()
                .mapToInt(t -> t.spec().rowSize())
                .max()
                .orElse(1);
        int most = Math.min(options.maxRows(), Math.max(1, Math.min(ROWS, MAX_ELEMENTS / widest)));
        double largest = 0;
        for (int rows : IntStream.of(1, Math.min(7, most), most).distinct().toArray()) {
            WarmUp.fill(layout, batch, rows);
            batch.run(device, rows);
            double[][] results = outputs(batch, rows);
            batch.run(cpu, rows);
            double[][] expected = outputs(batch, rows);
            for (int i = 0; i < results.length; i++) {
                String output = layout.outputs().get(i).spec().name();
                for (int k = 0; k < results[i].length; k++) {
                    double difference = WarmUp.deviation(expected[i][k], results[i][k]);
                    if (difference > options.tolerance()) {
                        throw new DeviceUnavailable("golden rows must have the CPU's results within a tolerance of "
                                + options.tolerance() + ", got: " + results[i][k] + " instead of " + expected[i][k]
                                + " in output '" + output + "'");
                    }
                    largest = Math.max(largest, difference);
                }
            }
        }
        return largest;
    }

    private static double[][] outputs(SessionBatch batch, int rows) {
        double[][] all = new double[batch.layout().outputs().size()][];
        for (int i = 0; i < all.length; i++) {
            TensorBuffer output = batch.output(i);
            if (batch.layout().outputs().get(i).spec().type().isText()) {
                all[i] = new double[0]; // a label follows from the numbers beside it
                continue;
            }
            all[i] = new double[rows * output.rowSize()];
            for (int row = 0; row < rows; row++) {
                output.getRow(row, all[i], row * output.rowSize());
            }
        }
        return all;
    }
}
