package io.millrace.scorers;

/**
 * Rows of one tensor as numbers, whatever its element type. Row {@code r} starts at element
 * {@code r * rowSize()}. Integers are rounded half up and saturate; booleans are 0 and 1.
 */
public interface TensorBuffer {
    /** Elements in one row. */
    int rowSize();

    /** Sets one element. */
    void set(int row, int column, double value);

    /** Sets {@link #rowSize} elements of a row from {@code values[from…]}. */
    void setRow(int row, double[] values, int from);

    /** One element. */
    double get(int row, int column);

    /** Copies the {@link #rowSize} elements of a row to {@code values[to…]}. */
    void getRow(int row, double[] values, int to);
}
