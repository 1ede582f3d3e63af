package io.millrace.topology.decode;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Reads a JSON number straight into a row. The result has the very bits of {@link Double#parseDouble}.
 *
 * <p>A number is w · 10^q with an integer w. Three ways, fastest first:
 * <ol>
 *   <li>w below 2^53 and |q| ≤ 22: both are doubles, so one rounding does it (Clinger, PLDI 1990).
 *   <li>w below 10^19 and -27 ≤ q ≤ 55: the upper bits of w · 5^q decide (Lemire, "Number parsing at a gigabyte
 *       per second", 2021). In this range 128 bits of 5^q always suffice, and the result is neither subnormal
 *       nor infinite, so the algorithm's own fall-back is not needed.
 *   <li>All else: {@link Double#parseDouble} on the slice. Only this way allocates.
 * </ol>
 *
 * <p>Up to seven digits before the point and eight behind it are read by arithmetic on words, not one by one. For numbers
 * whose lengths differ, as those of sensors do, that is a third faster, since no branch depends on a length. A number
 * that ends within eight bytes is read from one word: its end, where the next one's reading must begin, is known early,
 * which makes arrays of short numbers a third faster still.
 */
final class NumberParser {
    private static final int MAX_DIGITS = 19; // 10^19 - 1 < 2^64
    private static final int MIN_POWER = -27;
    private static final int MAX_POWER = 55;
    private static final int EXPONENT_CAP = 100_000;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long ZEROS = 0x3030303030303030L;
    private static final int POINT = '.' ^ '0';
    private static final int EXPONENT = ('e' ^ '0') | 0x20;
    private static final double[] TEN = new double[23];
    private static final long[] FIVE_HIGH = new long[MAX_POWER - MIN_POWER + 1];
    private static final long[] FIVE_LOW = new long[MAX_POWER - MIN_POWER + 1];

    static {
        for (int q = 0; q < TEN.length; q++) {
            TEN[q] = Double.parseDouble("1e" + q);
        }
        for (int q = MIN_POWER; q <= MAX_POWER; q++) {
            BigInteger bits = upperBitsOfFiveToThe(q);
            FIVE_HIGH[q - MIN_POWER] = bits.shiftRight(64).longValue();
            FIVE_LOW[q - MIN_POWER] = bits.longValue();
        }
    }

    private NumberParser() {}

    /**
     * Reads the number that starts at {@code start} (a digit or a minus) into {@code row[slot]}: infinite where it
     * is too large.
     *
     * @return the position behind it, or ~position of the byte that does not fit
     */
    static int parse(byte[] in, int start, double[] row, int slot) {
        int negative = in[start] == '-' ? 1 : 0;
        int first = start + negative;
        long head = eight(in, first) ^ ZEROS;
        long others = others(head);
        int whole = Long.numberOfTrailingZeros(others) >>> 3;
        int end = Long.numberOfTrailingZeros(others & (others - 1)) >>> 3;
        if (end < 8 // the whole number, and what comes after it, is at hand
                && end - whole > 1
                && byteAt(head, whole) == POINT
                && (whole == 1 || (whole > 1 && byteAt(head, 0) != 0))
                && (byteAt(head, end) | 0x20) != EXPONENT
                && first + end < in.length) {
            long w = number(withoutPoint(head, head >>> (8 * (whole + 1)), whole), end - 1);
            put(row, slot, w / TEN[end - whole - 1], negative);
            return first + end;
        }
        int p = first + whole;
        if (whole == 0 || whole == 8 || (whole > 1 && in[first] == '0') || p == in.length) {
            return parseAny(in, start, row, slot);
        }
        int decimals = 0;
        long w;
        if (in[p] == '.') {
            int point = p;
            long tail = eight(in, point + 1) ^ ZEROS;
            decimals = digits(tail);
            p += 1 + decimals;
            if (whole + decimals <= 8) { // in one go: the point is left out between the two
                w = number(withoutPoint(head, tail, whole), whole + decimals);
            } else {
                w = number(head, whole) * (long) TEN[decimals] + number(tail, decimals);
            }
            if (decimals == 0 || decimals == 8) {
                return parseRest(in, start, p, point, w, row, slot);
            }
        } else {
            w = number(head, whole);
        }
        if (p == in.length || (in[p] | 0x20) == 'e') {
            return parseRest(in, start, p, p - decimals - 1, w, row, slot);
        }
        put(row, slot, w / TEN[decimals], negative); // fewer than 15 digits and a power of ten below 8: the first way
        return p;
    }

    private static int byteAt(long bytes, int n) {
        return (int) (bytes >>> (8 * n)) & 0xFF;
    }

    /** The lowest {@code whole} bytes of one word, and all of the other behind them. */
    private static long withoutPoint(long head, long tail, int whole) {
        return (head & ((1L << (8 * whole)) - 1)) | (tail << (8 * whole));
    }

    /** The sign goes in as a bit, not as a branch. */
    private static void put(double[] row, int slot, double magnitude, int negative) {
        row[slot] = Double.longBitsToDouble(Double.doubleToRawLongBits(magnitude) | ((long) negative << 63));
    }

    /** Eight bytes, the first lowest; zeros behind the input's end. */
    private static long eight(byte[] in, int p) {
        int behind = p + 8 - in.length;
        if (behind <= 0) {
            return (long) JsonScanner.EIGHT_BYTES.get(in, p);
        }
        return behind >= 8 || in.length < 8
                ? 0
                : (long) JsonScanner.EIGHT_BYTES.get(in, in.length - 8) >>> (8 * behind);
    }

    /** The high bit of each byte that is no digit, given the bytes with those of {@link #ZEROS} taken off. */
    private static long others(long values) {
        return (((values & ~HIGH_BITS) + 0x7676767676767676L) | values) & HIGH_BITS;
    }

    /** How many bytes from the lowest on are digits. */
    private static int digits(long values) {
        return Long.numberOfTrailingZeros(others(values)) >>> 3;
    }

    /** The number that the lowest 1 to 8 bytes spell: pairs, then pairs of pairs, each with one multiplication. */
    private static long number(long values, int digits) {
        long eight = values << (64 - 8 * digits);
        long pairs = eight * 10 + (eight >>> 8);
        long low = (pairs & 0x000000FF000000FFL) * 0x000F424000000064L;
        long high = ((pairs >>> 16) & 0x000000FF000000FFL) * 0x0000271000000001L;
        return (low + high) >>> 32;
    }

    /** Any number, digit by digit; also finds out what is wrong with one. */
    private static int parseAny(byte[] in, int start, double[] row, int slot) {
        int first = in[start] == '-' ? start + 1 : start;
        int p = first;
        long w = 0;
        for (int d; p < in.length && (d = in[p] - '0') >= 0 && d <= 9; p++) {
            w = 10 * w + d;
        }
        int digits = p - first;
        if (digits == 0 || (digits > 1 && in[first] == '0')) {
            return ~(digits == 0 ? p : first + 1);
        }
        boolean hasPoint = p < in.length && in[p] == '.';
        return parseRest(in, start, hasPoint ? p + 1 : p, p, w, row, slot);
    }

    /**
     * What is left of a number.
     *
     * @param from behind what was read: behind the point if there is one
     * @param point where its point is; unless the input has one there, it has none
     * @param digitsSoFar as a number
     */
    private static int parseRest(byte[] in, int start, int from, int point, long digitsSoFar, double[] row, int slot) {
        int first = in[start] == '-' ? start + 1 : start;
        long w = digitsSoFar;
        int p = from;
        int q = 0;
        int digits = p - first;
        if (point < in.length && in[point] == '.') {
            long block = eight(in, p) ^ ZEROS;
            for (; digits(block) == 8; block = eight(in, p) ^ ZEROS) {
                w = 100_000_000 * w + number(block, 8);
                p += 8;
            }
            for (int d; p < in.length && (d = in[p] - '0') >= 0 && d <= 9; p++) {
                w = 10 * w + d;
            }
            q = point + 1 - p;
            if (q == 0) {
                return ~p;
            }
            digits = p - first - 1;
        }
        int mantissaEnd = p;
        if (p < in.length && (in[p] | 0x20) == 'e') {
            p = JsonScanner.skipExponent(in, p + 1);
            if (p < 0) {
                return p;
            }
            q += exponent(in, mantissaEnd + 1, p);
        }
        double magnitude =
                digits <= MAX_DIGITS || significant(in, first, digits) <= MAX_DIGITS ? magnitude(w, q) : Double.NaN;
        row[slot] = Double.isNaN(magnitude) ? slow(in, start, p) : first != start ? -magnitude : magnitude;
        return p;
    }

    /** Digits without leading zeros, which make w no larger. */
    private static int significant(byte[] in, int first, int digits) {
        int left = digits;
        for (int p = first; left > 0 && (in[p] == '0' || in[p] == '.'); p++) {
            left -= in[p] == '0' ? 1 : 0;
        }
        return left;
    }

    private static int exponent(byte[] in, int from, int to) {
        int p = in[from] == '-' || in[from] == '+' ? from + 1 : from;
        int value = 0;
        for (; p < to; p++) {
            value = Math.min(EXPONENT_CAP, 10 * value + in[p] - '0');
        }
        return in[from] == '-' ? -value : value;
    }

    private static double slow(byte[] in, int from, int to) {
        return Double.parseDouble(new String(in, from, to - from, StandardCharsets.ISO_8859_1));
    }

    /** w · 10^q correctly rounded, w unsigned; NaN where the fast ways cannot tell. */
    private static double magnitude(long w, int q) {
        if (w >>> 53 == 0 && q >= -22 && q <= 22) {
            return q < 0 ? w / TEN[-q] : w * TEN[q];
        }
        if (w == 0) {
            return 0;
        }
        return q < MIN_POWER || q > MAX_POWER ? Double.NaN : byUpperBits(w, q);
    }

    /** Lemire's algorithm, section 5 of the paper; the names are the paper's. */
    private static double byUpperBits(long w, int q) {
        int l = Long.numberOfLeadingZeros(w);
        long normal = w << l;
        long high = multiplyHigh(normal, FIVE_HIGH[q - MIN_POWER]);
        long low = normal * FIVE_HIGH[q - MIN_POWER];
        if ((high & 0x1FF) == 0x1FF) { // the lower half of 5^q may carry into the bits that count
            long carry = multiplyHigh(normal, FIVE_LOW[q - MIN_POWER]);
            low += carry;
            if (Long.compareUnsigned(carry, low) > 0) {
                high++;
            }
        }
        int upper = (int) (high >>> 63);
        int shift = upper + 9;
        long m = high >>> shift;
        // Exactly between two doubles: to the even one. Only for these q can the product be exact.
        boolean exact = Long.compareUnsigned(low, 1) <= 0 && q >= -4 && q <= 23 && m << shift == high;
        if (exact && (m & 3) == 1) {
            m--;
        }
        m = (m + (m & 1)) >>> 1;
        // 217706 / 2^16 is log2(10) closely enough for these q; a carry out of m raises the exponent by the addition.
        long exponent = ((217706L * q) >> 16) + 63 + upper - l + 1023;
        return Double.longBitsToDouble((exponent << 52) + (m - (1L << 52)));
    }

    /** The upper half of an unsigned product. */
    private static long multiplyHigh(long a, long b) {
        return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
    }

    /** 5^q scaled by a power of two into [2^127, 2^128): rounded down, or up for a reciprocal, as the proof asks. */
    private static BigInteger upperBitsOfFiveToThe(int q) {
        BigInteger five = BigInteger.valueOf(5).pow(Math.abs(q));
        if (q >= 0) {
            return five.shiftLeft(128 - five.bitLength());
        }
        return BigInteger.ONE.shiftLeft(127 + five.bitLength()).divide(five).add(BigInteger.ONE);
    }
}
