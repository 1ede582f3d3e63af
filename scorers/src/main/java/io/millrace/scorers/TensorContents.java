package io.millrace.scorers;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The numbers of a tensor in the protocol's typed form (InferTensorContents), put into native memory. */
final class TensorContents {
    private static final int BOOL = 1;
    private static final int INT = 2;
    private static final int INT64 = 3;
    private static final int UINT = 4;
    private static final int UINT64 = 5;
    private static final int FP32 = 6;
    private static final int FP64 = 7;

    private TensorContents() {}

    /**
     * Reads all numbers.
     *
     * @param bytes an element's size in the target
     * @throws IOException if there are more than the target has room for, or of a kind that has no numbers
     */
    static void read(byte[] contents, int bytes, ByteBuffer target) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(contents);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field > FP64) {
                in.skipField(tag);
                continue;
            }
            int limit = -1;
            if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                limit = in.pushLimit(in.readRawVarint32());
            }
            do {
                if (limit >= 0 && in.isAtEnd()) {
                    break;
                }
                if (target.remaining() < bytes) {
                    throw new IOException("more numbers than its shape has");
                }
                readOne(in, field, bytes, target);
            } while (limit >= 0);
            if (limit >= 0) {
                in.popLimit(limit);
            }
        }
    }

    private static void readOne(CodedInputStream in, int field, int bytes, ByteBuffer target) throws IOException {
        switch (field) {
            case FP32 -> target.putFloat(in.readFloat());
            case FP64 -> target.putDouble(in.readDouble());
            case BOOL -> put(in.readBool() ? 1 : 0, bytes, target);
            case INT -> put(in.readInt32(), bytes, target);
            case INT64 -> put(in.readInt64(), bytes, target);
            case UINT -> put(in.readUInt32(), bytes, target);
            case UINT64 -> put(in.readUInt64(), bytes, target);
            default -> throw new IOException("contents of an unknown kind, field " + field);
        }
    }

    private static void put(long value, int bytes, ByteBuffer target) {
        switch (bytes) {
            case 1 -> target.put((byte) value);
            case 2 -> target.putShort((short) value);
            case 4 -> target.putInt((int) value);
            default -> target.putLong(value);
        }
    }
}
