package io.millrace.scorers;

import java.util.Arrays;
import java.util.Objects;

/** A tensor's rows of text, on the heap: ONNX Runtime copies text in and out at every call. */
final class TextTensor implements RowStore {
    private static final String NUMBER = "the tensor holds text, not numbers";

    private final int rowSize;
    private final String[] values;
    private int rows;

    /** Empty texts. */
    TextTensor(int rowSize, int rows) {
        this.rowSize = rowSize;
        this.rows = rows;
        values = new String[Math.multiplyExact(rowSize, rows)];
        Arrays.fill(values, "");
    }

    /** A copy of the elements of some rows, whatever the limit. */
    String[] copyRows(int first, int count) {
        return Arrays.copyOfRange(values, first * rowSize, (first + count) * rowSize);
    }

    @Override
    public void limitRows(int newRows) {
        rows = newRows;
    }

    @Override
    public void pad(int row, int from, int to) {
        for (int target = from; target < to; target++) {
            System.arraycopy(values, row * rowSize, values, target * rowSize, rowSize);
        }
    }

    @Override
    public boolean sameRows(int row, int other) {
        return Arrays.equals(
                values, row * rowSize, (row + 1) * rowSize, values, other * rowSize, (other + 1) * rowSize);
    }

    @Override
    public int rowSize() {
        return rowSize;
    }

    @Override
    public void setText(int row, int column, String value) {
        values[index(row, column)] = Objects.requireNonNull(value, "value");
    }

    @Override
    public String text(int row, int column) {
        return values[index(row, column)];
    }

    private int index(int row, int column) {
        return Objects.checkIndex(row, rows) * rowSize + Objects.checkIndex(column, rowSize);
    }

    @Override
    public void set(int row, int column, double value) {
        throw new IllegalStateException(NUMBER);
    }

    @Override
    public void setRow(int row, double[] source, int from) {
        throw new IllegalStateException(NUMBER);
    }

    @Override
    public double get(int row, int column) {
        throw new IllegalStateException(NUMBER);
    }

    @Override
    public void getRow(int row, double[] target, int to) {
        throw new IllegalStateException(NUMBER);
    }
}
