package io.millrace.scorers;

/** The element types of ONNX tensors that a batch can carry, with their size in bytes. */
public enum ElementType {
    FLOAT(4),
    DOUBLE(8),
    INT8(1),
    UINT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    BOOL(1);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in native memory, in bytes. */
    public int bytes() {
        return bytes;
    }
}
