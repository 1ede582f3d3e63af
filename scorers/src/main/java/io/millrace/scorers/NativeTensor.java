package io.millrace.scorers;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Objects;

/** A tensor's rows in one direct buffer, in the machine's byte order, as ONNX Runtime reads and writes them. */
abstract sealed class NativeTensor implements RowStore {
    final ByteBuffer bytes;
    private final int rowSize;
    private final int rowBytes;
    private int rows;

    private NativeTensor(ElementType type, ByteBuffer bytes, int rowSize) {
        this.bytes = bytes;
        this.rowSize = rowSize;
        this.rowBytes = rowSize * type.bytes();
        this.rows = bytes.capacity() / rowBytes;
    }

    /** Zeroed memory for that many rows; the product must fit into one buffer of 2 GiB. */
    static NativeTensor allocate(ElementType type, int rowSize, int rows) {
        int size = Math.multiplyExact(Math.multiplyExact(rowSize, type.bytes()), rows);
        ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        return switch (type) {
            case FLOAT -> new Floats(type, bytes, rowSize);
            case DOUBLE -> new Doubles(type, bytes, rowSize);
            case INT8, UINT8, BOOL -> new Bytes(type, bytes, rowSize);
            case INT16 -> new Shorts(type, bytes, rowSize);
            case INT32 -> new Ints(type, bytes, rowSize);
            case INT64 -> new Longs(type, bytes, rowSize);
            case FLOAT16, BFLOAT16 -> new Halves(type, bytes, rowSize);
            case STRING -> throw new IllegalArgumentException("text has no place in native memory");
        };
    }

    abstract void put(int index, double value);

    abstract double take(int index);

    @Override
    public final void limitRows(int newRows) {
        rows = newRows;
    }

    @Override
    public final void pad(int row, int from, int to) {
        for (int target = from; target < to; target++) {
            bytes.put(target * rowBytes, bytes, row * rowBytes, rowBytes);
        }
    }

    @Override
    public final boolean sameRows(int row, int other) {
        return slice(row, 1).mismatch(slice(other, 1)) < 0;
    }

    /** The memory of some rows; shared, not copied. */
    final ByteBuffer slice(int firstRow, int count) {
        return bytes.slice(firstRow * rowBytes, count * rowBytes).order(ByteOrder.nativeOrder());
    }

    /** Copies {@code count} elements of this type, from the {@code from}-th of other memory, into a row. */
    final void putBytes(int row, int column, ByteBuffer source, int from, int count) {
        int size = rowBytes / rowSize;
        bytes.put((row * rowSize + column) * size, source, from * size, count * size);
    }

    @Override
    public final int rowSize() {
        return rowSize;
    }

    @Override
    public final void set(int row, int column, double value) {
        put(start(row) + Objects.checkIndex(column, rowSize), value);
    }

    @Override
    public final double get(int row, int column) {
        return take(start(row) + Objects.checkIndex(column, rowSize));
    }

    @Override
    public final void setRow(int row, double[] values, int from) {
        Objects.checkFromIndexSize(from, rowSize, values.length);
        putAll(start(row), values, from, rowSize);
    }

    @Override
    public final void setRows(int row, int count, double[] values, int from) {
        int elements = Math.multiplyExact(count, rowSize);
        Objects.checkFromIndexSize(from, elements, values.length);
        putAll(firstOf(row, count), values, from, elements);
    }

    @Override
    public final void getRow(int row, double[] values, int to) {
        Objects.checkFromIndexSize(to, rowSize, values.length);
        takeAll(start(row), values, to, rowSize);
    }

    void putAll(int index, double[] values, int from, int count) {
        for (int i = 0; i < count; i++) {
            put(index + i, values[from + i]);
        }
    }

    void takeAll(int index, double[] values, int to, int count) {
        for (int i = 0; i < count; i++) {
            values[to + i] = take(index + i);
        }
    }

    /** The first element of so many rows. */
    final int firstOf(int row, int count) {
        return Objects.checkFromIndexSize(row, count, rows) * rowSize;
    }

    private int start(int row) {
        return Objects.checkIndex(row, rows) * rowSize;
    }

    /** {@code Math.round} rounds half up, saturates at a long's ends, and makes NaN 0. */
    private static long rounded(double value, long min, long max) {
        return Math.max(min, Math.min(max, Math.round(value)));
    }

    /**
     * Nearly every model's type. Numbers are converted on the heap and copied piece by piece: a direct buffer checks its
     * scope and bounds at each element. A row of 16 by itself takes 12 ns (13 by the buffer's own put), of which 5 are the
     * conversion: Java 17 converts one number at a time, a cycle each.
     */
    private static final class Floats extends NativeTensor {
        private static final int PIECE = 4096;

        private final FloatBuffer floats;
        private final float[] piece;

        Floats(ElementType type, ByteBuffer bytes, int rowSize) {
            super(type, bytes, rowSize);
            floats = bytes.asFloatBuffer();
            piece = new float[Math.min(PIECE, floats.capacity())];
        }

        @Override
        public void setRows(int row, int count, float[] values, int from) {
            floats.put(firstOf(row, count), values, from, Math.multiplyExact(count, rowSize()));
        }

        @Override
        void put(int index, double value) {
            floats.put(index, (float) value);
        }

        @Override
        double take(int index) {
            return floats.get(index);
        }

        @Override
        void putAll(int index, double[] values, int from, int count) {
            for (int done = 0; done < count; done += piece.length) {
                int length = Math.min(piece.length, count - done);
                if (length == PIECE) {
                    convertPiece(values, from + done, piece);
                } else {
                    convert(values, from + done, piece, length);
                }
                floats.put(index + done, piece, 0, length);
            }
        }

        /** By itself, so that the compiler sees nothing but the loop. */
        private static void convert(double[] values, int from, float[] target, int length) {
            for (int i = 0; i < length; i++) {
                target[i] = (float) values[from + i];
            }
        }

        /**
         * At four places by turns, so that the processor fetches four pages at once: 512 rows of 16 that are not in its
         * caches take 6.5 µs instead of 9 on Java 17, and as long as before on Java 25.
         */
        private static void convertPiece(double[] values, int from, float[] target) {
            int step = PIECE / 4;
            for (int i = 0; i < step; i++) {
                target[i] = (float) values[from + i];
                target[step + i] = (float) values[from + step + i];
                target[2 * step + i] = (float) values[from + 2 * step + i];
                target[3 * step + i] = (float) values[from + 3 * step + i];
            }
        }

        @Override
        void takeAll(int index, double[] values, int to, int count) {
            for (int done = 0; done < count; done += piece.length) {
                int length = Math.min(piece.length, count - done);
                floats.get(index + done, piece, 0, length);
                for (int i = 0; i < length; i++) {
                    values[to + done + i] = piece[i];
                }
            }
        }
    }

    private static final class Doubles extends NativeTensor {
        private final DoubleBuffer doubles;

        Doubles(ElementType type, ByteBuffer bytes, int rowSize) {
            super(type, bytes, rowSize);
            doubles = bytes.asDoubleBuffer();
        }

        @Override
        void put(int index, double value) {
            doubles.put(index, value);
        }

        @Override
        double take(int index) {
            return doubles.get(index);
        }
    }

    /** INT8, UINT8 and BOOL: one byte each. */
    private static final class Bytes extends NativeTensor {
        private final ElementType type;

        Bytes(ElementType type, ByteBuffer bytes, int rowSize) {
            super(type, bytes, rowSize);
            this.type = type;
        }

        @Override
        void put(int index, double value) {
            bytes.put(index, (byte)
                    (type == ElementType.INT8
                            ? rounded(value, Byte.MIN_VALUE, Byte.MAX_VALUE)
                            : type == ElementType.UINT8 ? rounded(value, 0, 255) : truth(value)));
        }

        @Override
        double take(int index) {
            byte value = bytes.get(index);
            return type == ElementType.INT8 ? value : type == ElementType.UINT8 ? value & 0xFF : truth(value);
        }

        private static int truth(double value) {
            return value != 0 && !Double.isNaN(value) ? 1 : 0;
        }
    }

    private static final class Shorts extends NativeTensor {
        private final ShortBuffer shorts;

        Shorts(ElementType type, ByteBuffer bytes, int rowSize) {
            super(type, bytes, rowSize);
            shorts = bytes.asShortBuffer();
        }

        @Override
        void put(int index, double value) {
            shorts.put(index, (short) rounded(value, Short.MIN_VALUE, Short.MAX_VALUE));
        }

        @Override
        double take(int index) {
            return shorts.get(index);
        }
    }

    private static final class Ints extends NativeTensor {
        private final IntBuffer ints;

        Ints(ElementType type, ByteBuffer bytes, int rowSize) {
            super(type, bytes, rowSize);
            ints = bytes.asIntBuffer();
        }

        @Override
        void put(int index, double value) {
            ints.put(index, (int) rounded(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }

        @Override
        double take(int index) {
            return ints.get(index);
        }
    }

    private static final class Longs extends NativeTensor {
        private final LongBuffer longs;

        Longs(ElementType type, ByteBuffer bytes, int rowSize) {
            super(type, bytes, rowSize);
            longs = bytes.asLongBuffer();
        }

        @Override
        void put(int index, double value) {
            longs.put(index, Math.round(value));
        }

        @Override
        double take(int index) {
            return longs.get(index);
        }
    }

    /** FLOAT16 and BFLOAT16, rounded to the nearest, ties to even. */
    private static final class Halves extends NativeTensor {
        private final ShortBuffer shorts;
        private final boolean ieee;

        Halves(ElementType type, ByteBuffer bytes, int rowSize) {
            super(type, bytes, rowSize);
            shorts = bytes.asShortBuffer();
            ieee = type == ElementType.FLOAT16;
        }

        @Override
        void put(int index, double value) {
            float single = (float) value;
            shorts.put(index, ieee ? Fp16Conversions.floatToFp16(single) : Fp16Conversions.floatToBf16(single));
        }

        @Override
        double take(int index) {
            short half = shorts.get(index);
            return ieee ? Fp16Conversions.fp16ToFloat(half) : Fp16Conversions.bf16ToFloat(half);
        }
    }
}
