package io.millrace.scorers;

/**
 * Rows of one tensor as numbers, whatever its element type, or as text where that is {@link ElementType#STRING}.
 * Row {@code r} starts at element {@code r * rowSize()}. No method allocates. Not thread-safe.
 *
 * <p>Into integers, numbers are rounded half up and saturate; NaN, which has no integer, becomes 0, so judge a
 * value's quality before it comes here. Booleans are 0 and 1: every number but 0 and NaN is 1. Numbers beyond
 * a float's range become infinite. INT64 beyond ±2<sup>53</sup> loses its last bits on the way to a double.
 *
 * <p>Rows and columns out of range are {@link IndexOutOfBoundsException}s; text for a tensor of numbers, and a
 * number for one of text, are {@link IllegalStateException}s.
 */
public interface TensorBuffer {
    /** Elements in one row. */
    int rowSize();

    /** Sets one element. */
    void set(int row, int column, double value);

    /** Sets {@link #rowSize} elements of a row from {@code values[from…]}. */
    void setRow(int row, double[] values, int from);

    /** Sets {@code count} rows that lie in {@code values[from…]} one after the other; faster than row by row. */
    default void setRows(int row, int count, double[] values, int from) {
        for (int i = 0; i < count; i++) {
            setRow(row + i, values, from + i * rowSize());
        }
    }

    /** The same from single precision: the fastest way into a tensor of floats, which are copied as they are. */
    default void setRows(int row, int count, float[] values, int from) {
        for (int i = 0; i < count * rowSize(); i++) {
            set(row + i / rowSize(), i % rowSize(), values[from + i]);
        }
    }

    /** One element. */
    double get(int row, int column);

    /** Copies the {@link #rowSize} elements of a row to {@code values[to…]}. */
    void getRow(int row, double[] values, int to);

    /** Sets one element of a tensor of text. */
    default void setText(int row, int column, String value) {
        throw new IllegalStateException("the tensor holds numbers, not text");
    }

    /** One element of a tensor of text. */
    default String text(int row, int column) {
        throw new IllegalStateException("the tensor holds numbers, not text");
    }
}
