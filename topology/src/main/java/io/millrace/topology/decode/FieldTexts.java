package io.millrace.topology.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads some values of a JSON document as text: for the rare document, beside the hot path. Not thread-safe. */
public final class FieldTexts {
    private static final int MAX_BYTES = 1 << 12;
    private static final int MAX_DEPTH = 64;

    private final FieldWalk walk;
    private final int fields;

    /** @param pointers where the values stand */
    public FieldTexts(List<String> pointers) {
        fields = pointers.size();
        walk = new FieldWalk(
                FieldMatcher.compile(pointers.stream().map(JsonPointer::parse).toList()), fields, MAX_DEPTH);
    }

    /**
     * The text of each value: a string's content, a number or a truth value as written; {@code null} where there is
     * nothing of the kind. Nothing at all if the document is none.
     */
    public @Nullable String @Nullable [] read(byte @Nullable [] in) {
        if (in == null || in.length == 0 || walk.walk(in, new double[0]) < 0) {
            return null;
        }
        @Nullable String[] texts = new @Nullable String[fields];
        for (int i = 0; i < fields; i++) {
            texts[i] = text(in, i);
        }
        return texts;
    }

    private @Nullable String text(byte[] in, int slot) {
        int from = walk.start(slot);
        int to = walk.end(slot);
        return switch (walk.kind(slot)) {
            case JsonKind.STRING -> string(in, from + 1, to - 1);
            case JsonKind.NUMBER, JsonKind.TRUE, JsonKind.FALSE -> new String(in, from, to - from, UTF_8);
            default -> null;
        };
    }

    private static @Nullable String string(byte[] in, int from, int to) {
        if (!JsonStrings.hasEscape(in, from, to)) {
            return new String(in, from, to - from, UTF_8);
        }
        byte[] text = new byte[Math.min(to - from, MAX_BYTES) + 4];
        int length = JsonStrings.unescape(in, from, to, text);
        return length < 0 ? null : new String(text, 0, length, UTF_8);
    }
}
