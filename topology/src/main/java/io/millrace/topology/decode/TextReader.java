package io.millrace.topology.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.decode.Rejected.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one field's text out of a record: into the event as it is, or as its number in a vocabulary, which allocates
 * nothing unless the text has escapes. Not thread-safe.
 */
final class TextReader {
    private static final int MAX_SHOWN = 40;

    private final String name;
    private final int slot;
    private final TextField field;
    private final FieldMatcher words;

    /** @param slot the field's place among the event's values */
    TextReader(String name, int slot, TextField field) {
        this.name = name;
        this.slot = slot;
        this.field = field;
        words = FieldMatcher.compile(field.vocabulary().stream()
                .map(word -> new JsonPointer(word, List.of(word)))
                .toList());
    }

    /** Takes what the walk has found; the reason why it cannot be taken, if so. */
    @Nullable
    Rejected take(byte[] in, FieldWalk walk, Event into) {
        byte kind = walk.kind(slot);
        int from = walk.start(slot);
        int to = walk.end(slot);
        byte[] source = in;
        switch (kind) {
            case JsonKind.NULL -> {
                return null; // missing, as a number would be
            }
            case JsonKind.STRING -> {
                from++;
                to--;
                if (JsonStrings.hasEscape(in, from, to)) {
                    source = new byte[to - from + 4];
                    to = JsonStrings.unescape(in, from, to, source);
                    from = 0;
                    if (to < 0) {
                        return new Rejected(
                                "decode", Reason.MALFORMED, name, name + " must be text, got: half a surrogate pair");
                    }
                }
            }
            case JsonKind.NUMBER, JsonKind.TRUE, JsonKind.FALSE -> {}
            default -> {
                return new Rejected(
                        "decode",
                        kind == JsonKind.ABSENT ? Reason.MISSING_FIELD : Reason.WRONG_TYPE,
                        name,
                        name + " must be text, got: " + JsonKind.nameOf(kind));
            }
        }
        if (field.vocabulary().isEmpty()) {
            into.setText(slot, new String(source, from, to - from, UTF_8));
            return null;
        }
        return look(source, from, to, into);
    }

    private @Nullable Rejected look(byte[] source, int from, int to, Event into) {
        FieldMatcher word = words.child(source, from, to);
        if (word == null && field.unknown().isEmpty()) {
            String text = new String(source, from, Math.min(to - from, MAX_SHOWN), UTF_8);
            return new Rejected(
                    "decode",
                    Reason.OUT_OF_RANGE,
                    name,
                    name + " must be a word of its vocabulary, got: " + text + (to - from > MAX_SHOWN ? "…" : ""));
        }
        into.setValue(slot, word == null ? field.unknown().getAsInt() : word.slots()[0]);
        return null;
    }
}
