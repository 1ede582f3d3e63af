package io.millrace.scorers;

/** What a batch keeps of one tensor: rows that can be padded, and hidden from the reader. */
interface RowStore extends TensorBuffer {
    /** Rows from here on are out of range, so that what padding left there cannot be read. */
    void limitRows(int rows);

    /** Copies a row over the rows {@code [from, to)}, whatever the limit. */
    void pad(int row, int from, int to);

    /** Whether two rows are equal, bit for bit, whatever the limit. */
    boolean sameRows(int row, int other);

    static RowStore allocate(ElementType type, int rowSize, int rows) {
        return type.isText() ? new TextTensor(rowSize, rows) : NativeTensor.allocate(type, rowSize, rows);
    }
}
