package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes JSON straight into bytes, without a tree and without garbage but the finished array. A reusable
 * buffer; not thread-safe.
 */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);
    private static final double[] POWERS = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16
    };
    private static final long[] LONG_POWERS = new long[19];
    private static final VarHandle PAIR = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final short[] PAIRS = new short[100]; // "00" to "99", the first digit lower

    static {
        Arrays.setAll(LONG_POWERS, i -> i == 0 ? 1 : LONG_POWERS[i - 1] * 10);
        LONG_POWERS[0] = 0; // zero has a digit, too
        for (int i = 0; i < PAIRS.length; i++) {
            PAIRS[i] = (short) (('0' + i / 10) | (('0' + i % 10) << 8));
        }
    }

    private static final double LEAST_PLAIN = 1e-6;
    private static final int FLOAT_DIGITS = 9; // always enough to read the same float back
    private static final int USUAL_DIGITS = 6;

    private byte[] bytes = new byte[512];
    private int length;

    JsonBytes reset() {
        length = 0;
        return this;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    JsonBytes raw(byte[] ascii) {
        reserve(ascii.length);
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
        return this;
    }

    JsonBytes raw(String ascii) {
        return raw(ascii.getBytes(ISO_8859_1));
    }

    JsonBytes raw(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** A string in quotes, from UTF-8, escaped where JSON asks for it. */
    JsonBytes string(byte[] utf8) {
        reserve(2 + 6 * utf8.length);
        bytes[length++] = '"';
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = b;
            } else if (b >= 0 && b < 0x20) {
                bytes[length++] = '\\';
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[b >> 4];
                bytes[length++] = HEX[b & 0xf];
            } else {
                bytes[length++] = b;
            }
        }
        bytes[length++] = '"';
        return this;
    }

    JsonBytes string(String text) {
        return string(text.getBytes(UTF_8));
    }

    JsonBytes number(long value) {
        reserve(20);
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                return raw(Long.toString(value));
            }
            bytes[length++] = '-';
            value = -value;
        }
        int end = length + digits(value);
        int at = end;
        for (; value >= 10; value /= 100) {
            at -= 2;
            PAIR.set(bytes, at, PAIRS[(int) (value % 100)]);
        }
        if (at > length) {
            bytes[length] = (byte) ('0' + value);
        }
        length = end;
        return this;
    }

    /**
     * A number that reads back as the same value; {@code null} for NaN and the infinities, which JSON cannot
     * write. What is exactly a float (most scores are) is written with the fewest digits, from six up, that
     * give the same float: without {@code Double.toString}, that is, and without garbage.
     */
    JsonBytes number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return raw("null");
        }
        double magnitude = Math.abs(value);
        if ((float) value == value && magnitude < 1e6 && (magnitude >= LEAST_PLAIN || magnitude == 0)) {
            return plainFloat(value, magnitude);
        }
        return raw(Double.toString(value));
    }

    private JsonBytes plainFloat(double value, double magnitude) {
        int whole = magnitude < 1 ? leadingZeros(magnitude) : digits((long) magnitude);
        int decimals = USUAL_DIGITS - whole;
        long scaled = Math.round(magnitude * POWERS[decimals]);
        while (decimals < FLOAT_DIGITS - whole && (float) (scaled / POWERS[decimals]) != magnitude) {
            decimals++;
            scaled = Math.round(magnitude * POWERS[decimals]);
        }
        while (decimals > 0 && scaled % 10 == 0) {
            scaled /= 10;
            decimals--;
        }
        if (value < 0) {
            raw('-');
        }
        long unit = (long) POWERS[decimals];
        number(scaled / unit);
        if (decimals > 0) {
            raw('.');
            long fraction = scaled % unit;
            for (int zeros = decimals - digits(fraction); zeros > 0; zeros--) {
                raw('0');
            }
            number(fraction);
        }
        return this;
    }

    /** Zeros between the point and the first digit, as a negative count of whole digits: 0.03 has −1. */
    private static int leadingZeros(double magnitude) {
        int zeros = 0;
        for (double first = magnitude * 10; first < 1 && first > 0; first *= 10) {
            zeros--;
        }
        return zeros;
    }

    /** Decimal digits of a number that is not negative. */
    private static int digits(long value) {
        // A number of b bits has b · log10(2) digits, rounded down, or one more: 1233 / 2^12 is log10(2) closely
        // enough.
        int least = ((Long.SIZE - Long.numberOfLeadingZeros(value)) * 1233) >> 12;
        return least + (value >= LONG_POWERS[least] ? 1 : 0);
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
