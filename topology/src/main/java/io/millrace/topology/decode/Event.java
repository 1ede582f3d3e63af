package io.millrace.topology.decode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The wanted fields of one record. A holder that the decoder fills anew for each record, so that nothing is
 * allocated for numbers; only a field that stays text has a string. Not thread-safe.
 */
public final class Event implements Decoded {
    private final double[] values;
    private @Nullable String @Nullable [] texts;
    private byte @Nullable [] device;
    private long timeMs;

    /** @param fields how many numeric fields are wanted */
    public Event(int fields) {
        values = new double[fields];
    }

    /** Forgets the last record: every value missing, no device, and the given time. */
    public void reset(long time) {
        Arrays.fill(values, Double.NaN);
        if (texts != null) {
            Arrays.fill(texts, null);
        }
        device = null;
        timeMs = time;
    }

    /** The numeric fields in the decoder's order; NaN where the record says {@code null}. The live array. */
    public double[] values() {
        return values;
    }

    public void setValue(int field, double value) {
        values[field] = value;
    }

    /** The text of a field that is one; empty where the record says {@code null}. */
    public String text(int field) {
        String text = texts == null ? null : texts[field];
        return text == null ? "" : text;
    }

    /** Sets a field's text, and its value to 0: not missing. */
    public void setText(int field, String text) {
        if (texts == null) {
            texts = new String[values.length];
        }
        texts[field] = text;
        values[field] = 0;
    }

    /** The device id as UTF-8, if the payload names it. */
    public byte @Nullable [] device() {
        return device;
    }

    public void setDevice(byte[] utf8) {
        device = utf8;
    }

    /** Event time, epoch milliseconds. */
    public long timeMs() {
        return timeMs;
    }

    public void setTimeMs(long epochMs) {
        timeMs = epochMs;
    }
}
