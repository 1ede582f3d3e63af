package io.millrace.topology.decode;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a value stands in a JSON document, as in RFC 6901: {@code /motor/current}, {@code /vibration/0}. In a
 * name, {@code ~1} stands for a slash and {@code ~0} for a tilde.
 *
 * @param text the pointer as written
 * @param tokens its names, outermost first, without escapes
 */
public record JsonPointer(String text, List<String> tokens) {
    public JsonPointer {
        tokens = List.copyOf(tokens);
    }

    /**
     * Reads a pointer to a part of a document.
     *
     * @throws IllegalArgumentException if the text is no pointer, or points at the whole document
     */
    public static JsonPointer parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a JSON pointer must start with '/', got: '" + text + "'");
        }
        List<String> tokens = new ArrayList<>();
        for (int from = 1; from <= text.length(); ) {
            int slash = text.indexOf('/', from);
            int to = slash < 0 ? text.length() : slash;
            tokens.add(unescape(text, text.substring(from, to)));
            from = to + 1;
        }
        return new JsonPointer(text, tokens);
    }

    private static String unescape(String text, String token) {
        for (int tilde = token.indexOf('~'); tilde >= 0; tilde = token.indexOf('~', tilde + 1)) {
            char next = tilde + 1 < token.length() ? token.charAt(tilde + 1) : ' ';
            if (next != '0' && next != '1') {
                throw new IllegalArgumentException(
                        "in a JSON pointer '~' must be followed by 0 or 1, got: '" + text + "'");
            }
        }
        return token.replace("~1", "/").replace("~0", "~");
    }

    @Override
    public String toString() {
        return text;
    }
}
