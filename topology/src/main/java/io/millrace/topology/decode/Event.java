package io.millrace.topology.decode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The wanted fields of one record. A holder that the decoder fills anew for each record, so that nothing is
 * allocated for numbers. Not thread-safe.
 */
public final class Event implements Decoded {
    private final double[] values;
    private byte @Nullable [] device;
    private long timeMs;

    /** @param fields how many numeric fields are wanted */
    public Event(int fields) {
        values = new double[fields];
    }

    /** Forgets the last record: every value missing, no device, and the given time. */
    public void reset(long time) {
        Arrays.fill(values, Double.NaN);
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
