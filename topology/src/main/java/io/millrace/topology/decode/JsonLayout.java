package io.millrace.topology.decode;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a JSON record, and how much of it is put up with.
 *
 * @param fields the fields, in the order of the event's values; each at most once
 * @param required how many of them, from the first, a record must have; of the others, one that is absent or no
 *     number is NaN
 * @param texts which of the fields are text, by their place, and what is made of it
 * @param device where the device id stands: a string or an integer; null if the record's key names the device
 * @param time where the event time stands: epoch milliseconds, or an ISO-8601 instant; null for the record's own
 * @param maxBytes the largest payload, bytes
 * @param maxDepth how many objects and arrays may be open at once
 */
public record JsonLayout(
        List<JsonPointer> fields,
        int required,
        Map<Integer, TextField> texts,
        @Nullable JsonPointer device,
        @Nullable JsonPointer time,
        int maxBytes,
        int maxDepth) {
    public static final int DEFAULT_MAX_BYTES = 1 << 20;
    public static final int DEFAULT_MAX_DEPTH = 64;
    private static final int LARGEST_MAX_DEPTH = 512;

    public JsonLayout {
        fields = List.copyOf(fields);
        texts = Map.copyOf(texts);
        for (int field : texts.keySet()) {
            Objects.checkIndex(field, fields.size());
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1, got: " + maxBytes);
        }
        if (maxDepth < 1 || maxDepth > LARGEST_MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "maxDepth must be between 1 and " + LARGEST_MAX_DEPTH + ", got: " + maxDepth);
        }
        Set<List<String>> seen = new HashSet<>();
        for (JsonPointer field : fields) {
            if (!seen.add(field.tokens())) {
                throw new IllegalArgumentException("fields must differ, got twice: " + field);
            }
            checkDepth(field, maxDepth);
        }
        checkDepth(device, maxDepth);
        checkDepth(time, maxDepth);
    }

    /** Of numbers only, every one required. */
    public JsonLayout(
            List<JsonPointer> fields,
            @Nullable JsonPointer device,
            @Nullable JsonPointer time,
            int maxBytes,
            int maxDepth) {
        this(fields, fields.size(), Map.of(), device, time, maxBytes, maxDepth);
    }

    /** Also bounds how deep the decoder calls itself. */
    private static void checkDepth(@Nullable JsonPointer pointer, int maxDepth) {
        if (pointer != null && pointer.tokens().size() > maxDepth) {
            throw new IllegalArgumentException("a field must not be deeper than maxDepth " + maxDepth + ", got: "
                    + pointer.tokens().size() + " names in " + pointer);
        }
    }

    /** With the default limits. */
    public JsonLayout(List<JsonPointer> fields, @Nullable JsonPointer device, @Nullable JsonPointer time) {
        this(fields, device, time, DEFAULT_MAX_BYTES, DEFAULT_MAX_DEPTH);
    }

    /** From pointers as text, with the default limits. */
    public static JsonLayout of(List<String> fields, @Nullable String device, @Nullable String time) {
        return new JsonLayout(
                fields.stream().map(JsonPointer::parse).toList(),
                device == null ? null : JsonPointer.parse(device),
                time == null ? null : JsonPointer.parse(time));
    }
}
