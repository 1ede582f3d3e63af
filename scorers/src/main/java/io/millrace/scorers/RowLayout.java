package io.millrace.scorers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How a model takes rows: its tensors and how many rows go into one call.
 *
 * @param fixedRows rows in every call, or {@link #OPEN} where each call has as many as there are
 * @param asDeclared whether the outputs have the shapes that the graph declares
 */
record RowLayout(List<RowTensor> inputs, List<RowTensor> outputs, int fixedRows, boolean asDeclared) {
    static final int OPEN = 0;

    boolean isOpen() {
        return fixedRows == OPEN;
    }

    /** Whether all rows of a call share this input, because it has no batch axis. */
    boolean isShared(RowTensor input) {
        return isOpen() && input.axis() == RowTensor.NONE;
    }

    /** Whether calls can work in the memory of {@link OnnxBatch}. */
    boolean isPinnable() {
        return asDeclared
                && Stream.concat(inputs.stream(), outputs.stream()).allMatch(RowTensor::isPinnable)
                && inputs.stream().noneMatch(this::isShared);
    }

    /** Rows that buffers need so that every call fits: {@code maxRows}, or the next whole number of calls. */
    int capacity(int maxRows) {
        return isOpen() ? maxRows : Math.multiplyExact((maxRows + fixedRows - 1) / fixedRows, fixedRows);
    }

    /** The native memory of one batch, in bytes. */
    long batchBytes(int maxRows) {
        long rowBytes = Stream.concat(inputs.stream(), outputs.stream())
                .mapToLong(RowTensor::rowBytes)
                .sum();
        return Math.multiplyExact(rowBytes, (long) capacity(maxRows));
    }

    /**
     * The sizes that an open batch is run at: four to each octave (1 to 8, 10, 12, 14, 16, 20, …) and
     * {@code maxRows}. Padding is under a quarter of a batch, a tenth on average.
     */
    static int[] sizes(int maxRows) {
        return IntStream.rangeClosed(1, maxRows)
                .filter(rows -> rows == maxRows || rows % Math.max(1, Integer.highestOneBit(rows) / 4) == 0)
                .toArray();
    }

    /** The index of the least size that has room for {@code rows}. */
    static int sizeFor(int[] sizes, int rows) {
        int index = Arrays.binarySearch(sizes, rows);
        return index >= 0 ? index : -index - 1;
    }
}
