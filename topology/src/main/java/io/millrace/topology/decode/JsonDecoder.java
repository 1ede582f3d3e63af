package io.millrace.topology.decode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the wanted fields out of a JSON object (or array, where a pointer starts with an index).
 *
 * <p>The record must be strict RFC 8259 in UTF-8 from its first byte to its last, unwanted parts included. Of equal
 * names the last wins. A wanted field is text if the layout says so, else a number, {@code true} (1), {@code false} (0) or
 * {@code null} (NaN: the sensor gave nothing); one that is not required may be absent or anything else, and is NaN
 * then. Where several things are wrong, form comes before meaning, then the device, the time, and
 * the fields in their order.
 *
 * <p>One pass, and nothing is allocated but the device id's bytes; numbers of more than 19 digits or of extreme
 * exponents cost a string. {@link FieldWalk} is the pass, {@link FieldMatcher} the compiled pointers,
 * {@link JsonScanner} what keeps it strict, {@link NumberParser} what makes it fast.
 *
 * <p>Not thread-safe: one decoder per thread.
 */
public final class JsonDecoder implements EventDecoder {
    private static final int MAX_DEVICE_BYTES = 256;
    private static final long END_OF_TIME_MS = 253_402_300_800_000L; // the year 10000
    private static final int MAX_SHOWN = 40;
    private static final byte[] NOTHING = {};

    private final JsonLayout layout;
    private final int deviceSlot;
    private final int timeSlot;
    private final FieldWalk walk;
    private final boolean arrayWanted;
    private final @Nullable TextReader[] texts; // by slot
    private final byte[] text = new byte[MAX_DEVICE_BYTES + 4];
    private final double[] number = new double[1];

    /** @throws IllegalArgumentException if one pointer leads through another's value */
    public JsonDecoder(JsonLayout layout) {
        this.layout = layout;
        List<JsonPointer> pointers = new ArrayList<>(layout.fields());
        deviceSlot = addIfAny(layout.device(), pointers);
        timeSlot = addIfAny(layout.time(), pointers);
        texts = new TextReader[layout.fields().size()];
        layout.texts().forEach((slot, field) -> {
            JsonPointer pointer = layout.fields().get(slot);
            texts[slot] = new TextReader(pointer.text(), slot, field);
            pointers.add(pointer); // wanted twice, so that the walk keeps its place even if it is a number
        });
        FieldMatcher root = FieldMatcher.compile(pointers);
        walk = new FieldWalk(root, pointers.size(), layout.maxDepth());
        arrayWanted = root.hasElements();
    }

    private static int addIfAny(@Nullable JsonPointer pointer, List<JsonPointer> pointers) {
        if (pointer == null) {
            return -1;
        }
        pointers.add(pointer);
        return pointers.size() - 1;
    }

    /** How many values an event must hold. */
    int fields() {
        return layout.fields().size();
    }

    /** @throws IllegalArgumentException if the holder is for another number of fields */
    @Override
    public Decoded decode(RawEvent raw, Event into) {
        if (into.values().length != fields()) {
            throw new IllegalArgumentException(
                    "the event must hold " + fields() + " values, got: " + into.values().length);
        }
        byte[] in = raw.value() == null ? NOTHING : raw.value();
        if (in.length == 0) {
            return reject(Reason.EMPTY, null, "the record must have a value, got: none");
        }
        if (in.length > layout.maxBytes()) {
            return reject(Reason.TOO_LARGE, null, "must be at most " + layout.maxBytes() + " bytes, got: " + in.length);
        }
        into.reset(raw.timestampMs());
        int end = walk.walk(in, into.values());
        if (end < 0) {
            return malformed(in, ~end);
        }
        if (walk.rootKind() != JsonKind.OBJECT && !(walk.rootKind() == JsonKind.ARRAY && arrayWanted)) {
            return wrongType(null, arrayWanted ? "an object or an array" : "an object", walk.rootKind());
        }
        Rejected rejected = takeDevice(in, into);
        rejected = rejected == null ? takeTime(in, into) : rejected;
        rejected = rejected == null ? checkFields(in, into) : rejected;
        return rejected == null ? into : rejected;
    }

    private Rejected malformed(byte[] in, int p) {
        if (walk.wasTooDeep()) {
            int limit = layout.maxDepth();
            return reject(
                    Reason.TOO_DEEP,
                    null,
                    "must be nested at most " + limit + " deep, got: " + (limit + 1) + " at byte " + p);
        }
        if (p == in.length) {
            return reject(Reason.TRUNCATED, null, "must be a whole JSON document, got: its end after byte " + p);
        }
        return reject(Reason.MALFORMED, null, "must be JSON in UTF-8, got: " + printable(in[p]) + " at byte " + p);
    }

    private static String printable(byte b) {
        return b > ' ' && b < 0x7F ? "'" + (char) b + "'" : String.format("0x%02X", b);
    }

    private @Nullable Rejected takeDevice(byte[] in, Event into) {
        if (deviceSlot < 0) {
            return null;
        }
        byte kind = walk.kind(deviceSlot);
        int from = walk.start(deviceSlot);
        int to = walk.end(deviceSlot);
        if (kind == JsonKind.ABSENT || kind == JsonKind.NULL) {
            return noDevice(kind == JsonKind.NULL ? "null" : "nothing");
        }
        if (kind == JsonKind.STRING) {
            from++;
            to--;
        } else if (kind != JsonKind.NUMBER || !isInteger(in, from, to)) {
            return wrongType(String.valueOf(layout.device()), "a string or an integer", kind);
        }
        byte[] source = in;
        if (JsonStrings.hasEscape(in, from, to)) {
            to = JsonStrings.unescape(in, from, to, text);
            from = 0;
            source = text;
        }
        int length = to - from;
        if (to == JsonStrings.TOO_LONG || length > MAX_DEVICE_BYTES) {
            return noDevice("a longer one");
        }
        if (to == JsonStrings.LONE_SURROGATE || length == 0) {
            return noDevice(length == 0 ? "an empty one" : "half a surrogate pair");
        }
        into.setDevice(Arrays.copyOfRange(source, from, to));
        return null;
    }

    private Rejected noDevice(String got) {
        return reject(
                Reason.NO_DEVICE,
                String.valueOf(layout.device()),
                "the device id must be of 1 to " + MAX_DEVICE_BYTES + " bytes of UTF-8, got: " + got);
    }

    private static boolean isInteger(byte[] in, int from, int to) {
        for (int p = from; p < to; p++) {
            if (in[p] != '-' && (in[p] < '0' || in[p] > '9')) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Rejected takeTime(byte[] in, Event into) {
        if (timeSlot < 0) {
            return null;
        }
        String field = String.valueOf(layout.time());
        byte kind = walk.kind(timeSlot);
        long time = IsoInstant.NO_INSTANT;
        switch (kind) {
            case JsonKind.ABSENT -> {
                return missing(field);
            }
            case JsonKind.NUMBER -> {
                NumberParser.parse(in, walk.start(timeSlot), number, 0);
                time = number[0] < 0 ? IsoInstant.IMPOSSIBLE : (long) number[0];
            }
            case JsonKind.STRING -> time = instant(in, walk.start(timeSlot) + 1, walk.end(timeSlot) - 1);
            default -> {}
        }
        if (time == IsoInstant.NO_INSTANT) {
            return wrongType(field, "epoch milliseconds or an ISO-8601 instant with its offset", kind);
        }
        if (time < 0 || time >= END_OF_TIME_MS) {
            String got = new String(in, walk.start(timeSlot), walk.end(timeSlot) - walk.start(timeSlot), US_ASCII);
            return reject(
                    Reason.OUT_OF_RANGE,
                    field,
                    field + " must be a time in the years 1970 to 9999, got: " + brief(got));
        }
        into.setTimeMs(time);
        return null;
    }

    private static String brief(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    private long instant(byte[] in, int from, int to) {
        if (!JsonStrings.hasEscape(in, from, to)) {
            return IsoInstant.parse(in, from, to);
        }
        int length = JsonStrings.unescape(in, from, to, text); // .NET writes + as an escape
        return length < 0 ? IsoInstant.NO_INSTANT : IsoInstant.parse(text, 0, length);
    }

    private @Nullable Rejected checkFields(byte[] in, Event into) {
        double[] values = into.values();
        for (int slot = 0; slot < values.length; slot++) {
            byte kind = walk.kind(slot);
            TextReader text = texts[slot];
            if (text != null) {
                Rejected rejected = text.take(in, walk, into);
                if (rejected != null) {
                    return rejected;
                }
                continue;
            }
            if (kind == JsonKind.NUMBER ? Math.abs(values[slot]) > Double.MAX_VALUE : !isNumeric(kind)) {
                if (slot >= layout.required()) {
                    values[slot] = Double.NaN;
                    continue;
                }
                String field = layout.fields().get(slot).text();
                return switch (kind) {
                    case JsonKind.NUMBER ->
                        reject(
                                Reason.OUT_OF_RANGE,
                                field,
                                field + " must be a number that a double can hold, got: a larger one");
                    case JsonKind.ABSENT -> missing(field);
                    default -> wrongType(field, "a number", kind);
                };
            }
        }
        return null;
    }

    private static boolean isNumeric(byte kind) {
        return kind == JsonKind.TRUE || kind == JsonKind.FALSE || kind == JsonKind.NULL;
    }

    private static Rejected missing(String field) {
        return reject(Reason.MISSING_FIELD, field, field + " must be there, got: nothing");
    }

    private static Rejected wrongType(@Nullable String field, String wanted, byte kind) {
        return reject(
                Reason.WRONG_TYPE,
                field,
                (field == null ? "the document" : field) + " must be " + wanted + ", got: " + JsonKind.nameOf(kind));
    }

    private static Rejected reject(Reason reason, @Nullable String field, String detail) {
        return new Rejected("decode", reason, field, detail);
    }
}
