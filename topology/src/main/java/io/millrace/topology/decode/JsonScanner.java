package io.millrace.topology.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Passes over JSON (RFC 8259, strict, UTF-8) and checks that it is well-formed, without looking at what it says.
 * Unwanted values are checked as strictly as wanted ones, their UTF-8 included: ASCII goes by eight bytes at a time,
 * so the check costs nothing where there is nothing to check.
 *
 * <p>All methods take the position to start at and return the position behind what they passed over, or
 * {@code ~position} of the first byte that does not fit. That position is the input's length where the input ended
 * too early: so truncated and malformed need no separate codes. Nesting is kept in an array, not on the stack.
 */
final class JsonScanner {
    /** Reads eight bytes of a byte array as one long, the first byte lowest. */
    static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final byte[] KINDS = new byte[256];
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    static {
        KINDS['"'] = JsonKind.STRING;
        KINDS['{'] = JsonKind.OBJECT;
        KINDS['['] = JsonKind.ARRAY;
        KINDS['t'] = JsonKind.TRUE;
        KINDS['f'] = JsonKind.FALSE;
        KINDS['n'] = JsonKind.NULL;
        KINDS['-'] = JsonKind.NUMBER;
        for (int digit = '0'; digit <= '9'; digit++) {
            KINDS[digit] = JsonKind.NUMBER;
        }
    }

    private final boolean[] inObject;
    private boolean tooDeep;

    JsonScanner(int maxDepth) {
        inObject = new boolean[maxDepth];
    }

    /** Which kind of value starts at this position; {@link JsonKind#ABSENT} if none. */
    static byte kindAt(byte[] in, int p) {
        return p < in.length ? KINDS[in[p] & 0xFF] : JsonKind.ABSENT;
    }

    static int skipSpace(byte[] in, int start) {
        int p = start;
        while (p < in.length && in[p] <= ' ' && (in[p] == ' ' || in[p] == '\n' || in[p] == '\r' || in[p] == '\t')) {
            p++;
        }
        return p;
    }

    /** Whether the last refusal was for depth. Asking forgets it. */
    boolean wasTooDeep() {
        boolean was = tooDeep;
        tooDeep = false;
        return was;
    }

    /** The position, or its complement if no container may be opened at {@code p} inside {@code depth} others. */
    int checkDepth(int p, int depth) {
        if (depth < inObject.length) {
            return p;
        }
        tooDeep = true;
        return ~p;
    }

    /**
     * A value of any kind.
     *
     * @param depth how many objects and arrays are open around it
     */
    int skipValue(byte[] in, int start, int depth) {
        int p = start;
        int open = depth;
        do {
            byte kind = kindAt(in, p);
            if (kind == JsonKind.OBJECT || kind == JsonKind.ARRAY) {
                p = checkDepth(p, open);
                if (p < 0) {
                    return p;
                }
                boolean object = kind == JsonKind.OBJECT;
                inObject[open++] = object;
                p = skipSpace(in, p + 1);
                if (p >= in.length || in[p] != (object ? '}' : ']')) {
                    p = object ? skipKey(in, p) : p;
                    continue; // to the first value inside
                }
            } else {
                p = skipScalar(in, p, kind);
            }
            while (p >= 0 && open > depth) {
                p = skipSpace(in, p);
                boolean object = inObject[open - 1];
                if (p < in.length && in[p] == ',') {
                    p = skipSpace(in, p + 1);
                    p = object ? skipKey(in, p) : p;
                    break; // to the next value inside
                }
                if (p >= in.length || in[p] != (object ? '}' : ']')) {
                    return ~p;
                }
                open--;
                p++;
            }
        } while (p >= 0 && open > depth);
        return p;
    }

    /** A string, number or literal. */
    static int skipScalar(byte[] in, int p, byte kind) {
        return switch (kind) {
            case JsonKind.STRING -> skipString(in, p + 1);
            case JsonKind.NUMBER -> skipNumber(in, p);
            case JsonKind.TRUE -> skipLiteral(in, p, TRUE);
            case JsonKind.FALSE -> skipLiteral(in, p, FALSE);
            case JsonKind.NULL -> skipLiteral(in, p, NULL);
            default -> ~p;
        };
    }

    /** A name, its colon, and the space around. */
    private static int skipKey(byte[] in, int start) {
        if (start >= in.length || in[start] != '"') {
            return ~start;
        }
        int p = skipString(in, start + 1);
        return p < 0 ? p : skipColon(in, p);
    }

    static int skipColon(byte[] in, int start) {
        int p = skipSpace(in, start);
        return p < in.length && in[p] == ':' ? skipSpace(in, p + 1) : ~p;
    }

    /** From behind the opening quote, or from anywhere in the string, to behind the closing quote. */
    static int skipString(byte[] in, int start) {
        int p = start;
        while (p >= 0) {
            p = skipPlain(in, p);
            if (p >= in.length) {
                return ~p;
            }
            byte b = in[p];
            if (b == '"') {
                return p + 1;
            }
            p = b == '\\' ? skipEscape(in, p + 1) : b < 0 ? skipUtf8(in, p) : ~p;
        }
        return p;
    }

    /** To the first byte that is a quote, a backslash, a control character or not ASCII; or to the end. */
    static int skipPlain(byte[] in, int start) {
        int p = start;
        for (; p <= in.length - 8; p += 8) {
            long eight = (long) EIGHT_BYTES.get(in, p);
            // A byte's high bit ends up set if the byte is special. Borrows spoil only bytes above the first such one.
            long special =
                    ((eight ^ '"' * EACH) - EACH) | ((eight ^ '\\' * EACH) - EACH) | (eight - ' ' * EACH) | eight;
            special &= HIGH_BITS;
            if (special != 0) {
                return p + (Long.numberOfTrailingZeros(special) >>> 3);
            }
        }
        while (p < in.length && in[p] >= ' ' && in[p] != '"' && in[p] != '\\') {
            p++;
        }
        return p;
    }

    private static int skipEscape(byte[] in, int start) {
        if (start >= in.length) {
            return ~start;
        }
        switch (in[start]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return start + 1;
            }
            case 'u' -> {
                for (int p = start + 1; p <= start + 4; p++) {
                    if (p >= in.length || Character.digit(in[p], 16) < 0) {
                        return ~p;
                    }
                }
                return start + 5;
            }
            default -> {
                return ~start;
            }
        }
    }

    /** One character of two to four bytes: table 3-7 of the Unicode standard, so no overlong forms and no surrogates. */
    private static int skipUtf8(byte[] in, int start) {
        int lead = in[start] & 0xFF;
        if (lead < 0xC2 || lead > 0xF4) {
            return ~start;
        }
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        for (int p = start + 1; p < start + length; p++) {
            if (p >= in.length || (in[p] & 0xFF) < lowest || (in[p] & 0xFF) > highest) {
                return ~p;
            }
            lowest = 0x80;
            highest = 0xBF;
        }
        return start + length;
    }

    private static int skipLiteral(byte[] in, int start, byte[] literal) {
        for (int i = 1; i < literal.length; i++) {
            if (start + i >= in.length || in[start + i] != literal[i]) {
                return ~(start + i);
            }
        }
        return start + literal.length;
    }

    static int skipNumber(byte[] in, int start) {
        int first = in[start] == '-' ? start + 1 : start;
        int p = skipDigits(in, first);
        if (p > first + 1 && in[first] == '0') {
            return ~(first + 1);
        }
        if (p >= 0 && p < in.length && in[p] == '.') {
            p = skipDigits(in, p + 1);
        }
        if (p >= 0 && p < in.length && (in[p] | 0x20) == 'e') {
            p = skipExponent(in, p + 1);
        }
        return p;
    }

    /** What follows the letter e. */
    static int skipExponent(byte[] in, int start) {
        boolean signed = start < in.length && (in[start] == '+' || in[start] == '-');
        return skipDigits(in, signed ? start + 1 : start);
    }

    /** One digit or more. */
    private static int skipDigits(byte[] in, int start) {
        int p = start;
        while (p < in.length && in[p] >= '0' && in[p] <= '9') {
            p++;
        }
        return p == start ? ~p : p;
    }
}
