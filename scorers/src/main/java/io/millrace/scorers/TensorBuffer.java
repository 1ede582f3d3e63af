package io.millrace.scorers;

/**
 * Rows of one tensor as numbers, whatever its element type. Row {@code r} starts at element
 * {@code r * rowSize()}. No method allocates. Not thread-safe.
 *
 * <p>Into integers, numbers are rounded half up and saturate; NaN, which has no integer, becomes 0, so judge a
 * value's quality before it comes here. Booleans are 0 and 1: every number but 0 and NaN is 1. Numbers beyond
 * a float's range become infinite. INT64 beyond ±2<sup>53</sup> loses its last bits on the way to a double.
 *
 * <p>Rows and columns out of range are {@link IndexOutOfBoundsException}s.
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
