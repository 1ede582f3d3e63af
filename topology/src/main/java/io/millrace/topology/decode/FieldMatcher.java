package io.millrace.topology.decode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wanted pointers as a tree: one matcher per token. A matcher either stands for a wanted value and has slots, or
 * leads to such and has children.
 *
 * <p>Devices send their names in the same order each time. So each matcher remembers which sibling came after it in
 * the last record, and that one's name, quotes and colon included, is compared with the input first, eight bytes at
 * a time. Only where this guess fails is the name looked up in a table.
 */
final class FieldMatcher {
    private final byte[] name;
    private final int index; // as an array element, or -1
    private final byte[] quoted;
    private final long[] words; // of quoted, eight bytes each
    private final long lastMask; // the bytes that count in the last word

    private final List<FieldMatcher> children = new ArrayList<>();
    private int[] slots = {};
    private int[] slotsBelow = {};
    private @Nullable FieldMatcher[] table = {null}; // by hash, then linear; a power of two, never full
    private @Nullable FieldMatcher firstChild;
    private @Nullable FieldMatcher nextChild; // as learnt from the last record
    private @Nullable FieldMatcher firstElement;
    private @Nullable FieldMatcher nextElement; // by index
    private int numbers;
    private long seenIn;

    private FieldMatcher(String token) {
        name = token.getBytes(StandardCharsets.UTF_8);
        index = token.matches("0|[1-9][0-9]{0,8}") ? Integer.parseInt(token) : -1;
        boolean escaped = token.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\');
        // A name that needs an escape must not be compared as it stands: no name in the input starts with a zero byte.
        quoted = (escaped ? "\0" : "\"" + token + "\":").getBytes(StandardCharsets.UTF_8);
        words = new long[(quoted.length + 7) / 8];
        byte[] padded = Arrays.copyOf(quoted, 8 * words.length);
        for (int i = 0; i < words.length; i++) {
            words[i] = (long) JsonScanner.EIGHT_BYTES.get(padded, 8 * i);
        }
        lastMask = -1L >>> (8 * (padded.length - quoted.length));
    }

    /**
     * @param pointers the wanted pointers; the slot of each is its place in the list
     * @return the matcher of the whole document
     * @throws IllegalArgumentException if one pointer leads through another's value
     */
    static FieldMatcher compile(List<JsonPointer> pointers) {
        FieldMatcher root = new FieldMatcher("");
        for (int slot = 0; slot < pointers.size(); slot++) {
            FieldMatcher at = root;
            for (String token : pointers.get(slot).tokens()) {
                at.slotsBelow = append(at.slotsBelow, slot);
                at = at.childFor(token);
            }
            at.slots = append(at.slots, slot);
        }
        for (JsonPointer pointer : pointers) {
            FieldMatcher at = root;
            for (String token : pointer.tokens()) {
                at = at.childFor(token);
            }
            if (at.isContainer()) {
                throw new IllegalArgumentException(
                        "no field may stand inside another wanted one, got fields inside: " + pointer);
            }
        }
        root.link();
        return root;
    }

    private static int[] append(int[] some, int one) {
        int[] more = Arrays.copyOf(some, some.length + 1);
        more[some.length] = one;
        return more;
    }

    private FieldMatcher childFor(String token) {
        byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
        for (FieldMatcher child : children) {
            if (Arrays.equals(child.name, utf8)) {
                return child;
            }
        }
        FieldMatcher child = new FieldMatcher(token);
        children.add(child);
        return child;
    }

    /** Builds the table and the chains, here and below. */
    private void link() {
        table = new FieldMatcher[Math.max(1, Integer.highestOneBit(children.size()) * 8)];
        FieldMatcher last = null;
        for (FieldMatcher child : children) {
            int at = hash(child.name, 0, child.name.length) & (table.length - 1);
            while (table[at] != null) {
                at = (at + 1) & (table.length - 1);
            }
            table[at] = child;
            learn(last, child);
            last = child;
            child.link();
        }
        List<FieldMatcher> elements = children.stream()
                .filter(child -> child.index >= 0)
                .sorted(Comparator.comparingInt((FieldMatcher child) -> child.index)
                        .reversed())
                .toList();
        for (FieldMatcher element : elements) {
            element.nextElement = firstElement;
            firstElement = element;
        }
        for (FieldMatcher e = firstElement; e != null && e.isAlone(numbers, firstNumber()); e = e.nextElement) {
            numbers++;
        }
    }

    private boolean isAlone(int wantedIndex, int firstSlot) {
        return index == wantedIndex && slots.length == 1 && slots[0] == firstSlot + wantedIndex;
    }

    /**
     * How many elements, from the array's first on, are wanted once each and have slots that follow each other: whole
     * windows are read so, without a look at each one's matcher.
     */
    int numbers() {
        return numbers;
    }

    /** The slot of the first of {@link #numbers}. */
    int firstNumber() {
        return firstElement == null || firstElement.slots.length == 0 ? 0 : firstElement.slots[0];
    }

    boolean isContainer() {
        return !children.isEmpty();
    }

    /** Whether some wanted value may be an element of an array in this place. */
    boolean hasElements() {
        return firstElement != null;
    }

    /** Where the value goes; empty for a container. */
    int[] slots() {
        return slots;
    }

    /** The slots of all wanted values inside this container. */
    int[] slotsBelow() {
        return slotsBelow;
    }

    /** The length of the longest name in the tree, bytes. */
    int longestName() {
        int longest = name.length;
        for (FieldMatcher child : children) {
            longest = Math.max(longest, child.longestName());
        }
        return longest;
    }

    /** Notes that this matcher's value was met in the given record, and says whether it had been already. */
    boolean seenAgain(long record) {
        boolean again = seenIn == record;
        seenIn = record;
        return again;
    }

    /** The child that will follow the given one if this record is like the last. */
    @Nullable
    FieldMatcher expectedAfter(@Nullable FieldMatcher last) {
        return last == null ? firstChild : last.nextChild;
    }

    /** Corrects what is expected after {@code last}. */
    void learn(@Nullable FieldMatcher last, FieldMatcher found) {
        if (last == null) {
            firstChild = found;
        } else {
            last.nextChild = found;
        }
    }

    /** The wanted element with the lowest index behind the given one. */
    @Nullable
    FieldMatcher elementAfter(@Nullable FieldMatcher last) {
        return last == null ? firstElement : last.nextElement;
    }

    int index() {
        return index;
    }

    /** The position behind the colon if this name stands at {@code p}, opening quote first; else -1. */
    int matchName(byte[] in, int p) {
        int end = p + quoted.length;
        if (p + 8 * words.length > in.length) { // too near the end to read whole words
            return end <= in.length && Arrays.equals(in, p, end, quoted, 0, quoted.length) ? end : -1;
        }
        int whole = words.length - 1;
        for (int i = 0; i < whole; i++) {
            if ((long) JsonScanner.EIGHT_BYTES.get(in, p + 8 * i) != words[i]) {
                return -1;
            }
        }
        long last = (long) JsonScanner.EIGHT_BYTES.get(in, p + 8 * whole);
        return (last & lastMask) == words[whole] ? end : -1;
    }

    /** The child of this name, given as UTF-8 without quotes and escapes. */
    @Nullable
    FieldMatcher child(byte[] in, int from, int to) {
        int at = hash(in, from, to) & (table.length - 1);
        for (FieldMatcher child; (child = table[at]) != null; at = (at + 1) & (table.length - 1)) {
            if (Arrays.equals(child.name, 0, child.name.length, in, from, to)) {
                return child;
            }
        }
        return null;
    }

    /** Of the length and four bytes: numbered names differ at the end, others nearly anywhere. */
    private static int hash(byte[] in, int from, int to) {
        if (from == to) {
            return 0;
        }
        int h = to - from;
        h = 31 * h + in[from];
        h = 31 * h + in[(from + to) >>> 1];
        h = 31 * h + in[Math.max(from, to - 2)];
        return 31 * h + in[to - 1];
    }
}
