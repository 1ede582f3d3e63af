package io.millrace.topology.decode;

/** Gives the text of JSON strings that {@link JsonScanner} has passed over and so found well-formed. */
final class JsonStrings {
    static final int TOO_LONG = -1;
    static final int LONE_SURROGATE = -2;

    private JsonStrings() {}

    /** Whether the slice contains an escape; if not, it is its own text. */
    static boolean hasEscape(byte[] in, int from, int to) {
        for (int p = from; p < to; p++) {
            if (in[p] == '\\') {
                return true;
            }
        }
        return false;
    }

    /**
     * Writes the text of the slice between the quotes to {@code out}, as UTF-8.
     *
     * @return how many bytes; {@link #TOO_LONG} if more than {@code out} holds; {@link #LONE_SURROGATE} if escapes
     *     spell half a surrogate pair, which JSON's grammar allows but UTF-8 cannot say
     */
    static int unescape(byte[] in, int from, int to, byte[] out) {
        int length = 0;
        for (int p = from; p < to; ) {
            if (in[p] != '\\') {
                if (length == out.length) {
                    return TOO_LONG;
                }
                out[length++] = in[p++];
                continue;
            }
            int character = character(in, p, to);
            if (character < 0) {
                return LONE_SURROGATE;
            }
            p += in[p + 1] != 'u' ? 2 : character < 0x10000 ? 6 : 12;
            if (length > out.length - 4) {
                return TOO_LONG;
            }
            length = putUtf8(character, out, length);
        }
        return length;
    }

    /** The character that the escape at {@code p} spells, with its second half if it is a pair; or -1. */
    private static int character(byte[] in, int p, int to) {
        int unit = unit(in, p);
        if (!Character.isSurrogate((char) unit)) {
            return unit;
        }
        boolean pair = p + 12 <= to && in[p + 6] == '\\' && in[p + 7] == 'u';
        int low = pair ? unit(in, p + 6) : 0;
        return Character.isSurrogatePair((char) unit, (char) low) ? Character.toCodePoint((char) unit, (char) low) : -1;
    }

    private static int unit(byte[] in, int p) {
        return switch (in[p + 1]) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' ->
                (Character.digit(in[p + 2], 16) << 12)
                        | (Character.digit(in[p + 3], 16) << 8)
                        | (Character.digit(in[p + 4], 16) << 4)
                        | Character.digit(in[p + 5], 16);
            default -> in[p + 1];
        };
    }

    private static int putUtf8(int c, byte[] out, int at) {
        int p = at;
        if (c < 0x80) {
            out[p++] = (byte) c;
            return p;
        }
        if (c < 0x800) {
            out[p++] = (byte) (0xC0 | (c >> 6));
        } else if (c < 0x10000) {
            out[p++] = (byte) (0xE0 | (c >> 12));
            out[p++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        } else {
            out[p++] = (byte) (0xF0 | (c >> 18));
            out[p++] = (byte) (0x80 | ((c >> 12) & 0x3F));
            out[p++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        }
        out[p++] = (byte) (0x80 | (c & 0x3F));
        return p;
    }
}
