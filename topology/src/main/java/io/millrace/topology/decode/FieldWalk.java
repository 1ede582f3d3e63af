package io.millrace.topology.decode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The one pass over a document: numbers go straight into the row, of all other wanted values the kind and the place
 * are kept. It judges only the form; what the values mean is judged afterwards, when the last of several equal names
 * has won.
 *
 * <p>It calls itself only along the wanted pointers, so no deeper than the longest of them; everything else is
 * skipped by {@link JsonScanner}, which does not call itself at all. Positions are as in {@link JsonScanner}.
 *
 * <p>Slots below the row's length are numeric fields; the rest are looked at by the caller.
 */
final class FieldWalk {
    private final FieldMatcher root;
    private final JsonScanner scanner;
    private final byte[] kinds;
    private final int[] starts;
    private final int[] ends;
    private final byte[] unescaped;
    private double[] row = {};
    private byte rootKind;
    private long record;

    FieldWalk(FieldMatcher root, int slots, int maxDepth) {
        this.root = root;
        scanner = new JsonScanner(maxDepth);
        kinds = new byte[slots];
        starts = new int[slots];
        ends = new int[slots];
        unescaped = new byte[root.longestName() + 4];
    }

    /** What the slot's value was. */
    byte kind(int slot) {
        return kinds[slot];
    }

    /** Where a value outside the row started, and (second) ended; a string with its quotes. */
    int start(int slot) {
        return starts[slot];
    }

    int end(int slot) {
        return ends[slot];
    }

    /** What the document was as a whole. */
    byte rootKind() {
        return rootKind;
    }

    boolean wasTooDeep() {
        return scanner.wasTooDeep();
    }

    /** Gives the input's length, or ~position of the first byte that does not fit. */
    int walk(byte[] in, double[] into) {
        Arrays.fill(kinds, JsonKind.ABSENT);
        row = into;
        record++;
        int p = JsonScanner.skipSpace(in, 0);
        rootKind = JsonScanner.kindAt(in, p);
        p = container(in, p, root, rootKind, 0);
        if (p < 0) {
            return p;
        }
        p = JsonScanner.skipSpace(in, p);
        return p == in.length ? p : ~p;
    }

    private int container(byte[] in, int p, FieldMatcher matcher, byte kind, int depth) {
        if (matcher.seenAgain(record)) {
            for (int slot : matcher.slotsBelow()) {
                kinds[slot] = JsonKind.ABSENT; // the last of equal names wins, with all that is in it
            }
        }
        boolean object = kind == JsonKind.OBJECT;
        if (!object && !(kind == JsonKind.ARRAY && matcher.hasElements())) {
            return scanner.skipValue(in, p, depth);
        }
        int q = scanner.checkDepth(p, depth);
        if (q < 0) {
            return q;
        }
        q = JsonScanner.skipSpace(in, p + 1);
        return object ? object(in, q, matcher, depth + 1) : array(in, q, matcher, depth + 1);
    }

    /** From the first name to behind the closing brace. */
    private int object(byte[] in, int start, FieldMatcher matcher, int depth) {
        int p = start;
        if (p < in.length && in[p] == '}') {
            return p + 1;
        }
        FieldMatcher last = null;
        while (true) {
            FieldMatcher child = matcher.expectedAfter(last);
            int q = child == null ? -1 : child.matchName(in, p);
            if (q >= 0) {
                p = JsonScanner.skipSpace(in, q);
            } else {
                q = name(in, p);
                child = q < 0 ? null : named(in, p + 1, q, matcher);
                if (child != null) {
                    matcher.learn(last, child);
                }
                p = q < 0 ? q : JsonScanner.skipColon(in, q);
                if (p < 0) {
                    return p;
                }
            }
            if (child == null) {
                p = scanner.skipValue(in, p, depth);
            } else {
                p = value(in, p, child, depth);
                last = child;
            }
            if (p < 0) {
                return p;
            }
            p = JsonScanner.skipSpace(in, p);
            if (p >= in.length || in[p] != ',') {
                return p < in.length && in[p] == '}' ? p + 1 : ~p;
            }
            p = JsonScanner.skipSpace(in, p + 1);
        }
    }

    private static int name(byte[] in, int p) {
        return p < in.length && in[p] == '"' ? JsonScanner.skipString(in, p + 1) : ~p;
    }

    /** The child named by the string from {@code from} to before the quote that ends at {@code behind}. */
    private @Nullable FieldMatcher named(byte[] in, int from, int behind, FieldMatcher matcher) {
        if (!JsonStrings.hasEscape(in, from, behind)) {
            return matcher.child(in, from, behind - 1);
        }
        int length = JsonStrings.unescape(in, from, behind - 1, unescaped);
        return length < 0 ? null : matcher.child(unescaped, 0, length);
    }

    /** From the first element to behind the closing bracket. */
    private int array(byte[] in, int start, FieldMatcher matcher, int depth) {
        int p = start;
        if (p < in.length && in[p] == ']') {
            return p + 1;
        }
        int slot = matcher.firstNumber();
        int numbers = Math.min(matcher.numbers(), row.length - slot);
        FieldMatcher next = matcher.elementAfter(null);
        for (int index = 0; ; index++) {
            if (index < numbers && JsonScanner.kindAt(in, p) == JsonKind.NUMBER) {
                kinds[slot + index] = JsonKind.NUMBER;
                p = NumberParser.parse(in, p, row, slot + index);
            } else {
                while (next != null && next.index() < index) {
                    next = matcher.elementAfter(next);
                }
                p = next == null || next.index() != index ? scanner.skipValue(in, p, depth) : value(in, p, next, depth);
            }
            if (p < 0) {
                return p;
            }
            p = JsonScanner.skipSpace(in, p);
            if (p >= in.length || in[p] != ',') {
                return p < in.length && in[p] == ']' ? p + 1 : ~p;
            }
            p = JsonScanner.skipSpace(in, p + 1);
        }
    }

    private int value(byte[] in, int p, FieldMatcher matcher, int depth) {
        byte kind = JsonScanner.kindAt(in, p);
        int[] slots = matcher.slots();
        if (kind == JsonKind.NUMBER && slots.length == 1 && slots[0] < row.length) {
            kinds[slots[0]] = kind;
            return NumberParser.parse(in, p, row, slots[0]);
        }
        if (slots.length == 0) {
            return container(in, p, matcher, kind, depth);
        }
        int q = scanner.skipValue(in, p, depth);
        for (int slot : slots) {
            if (q >= 0) {
                keep(in, slot, kind, p, q);
            }
        }
        return q;
    }

    private void keep(byte[] in, int slot, byte kind, int start, int end) {
        kinds[slot] = kind;
        starts[slot] = start;
        ends[slot] = end;
        if (slot < row.length) {
            switch (kind) {
                case JsonKind.NUMBER -> NumberParser.parse(in, start, row, slot);
                case JsonKind.TRUE -> row[slot] = 1;
                case JsonKind.FALSE -> row[slot] = 0;
                default -> row[slot] = Double.NaN;
            }
        }
    }
}
