package io.millrace.scorers;

/** The element types of ONNX tensors that a batch can carry: all that ONNX Runtime's Java API does. */
public enum ElementType {
    FLOAT(4),
    DOUBLE(8),
    /** IEEE 754 half precision: 11 bits of precision, up to 65504. */
    FLOAT16(2),
    /** A float cut to its upper half: 8 bits of precision, a float's range. */
    BFLOAT16(2),
    INT8(1),
    UINT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    BOOL(1),
    /** Text. Of any length, so without a size in native memory. */
    STRING(0);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in native memory, in bytes; 0 for {@link #STRING}. */
    public int bytes() {
        return bytes;
    }

    /** Whether a row takes text and not numbers. */
    public boolean isText() {
        return this == STRING;
    }

    /** Whether fractions survive. */
    public boolean isFloating() {
        return this == FLOAT || this == DOUBLE || this == FLOAT16 || this == BFLOAT16;
    }
}
