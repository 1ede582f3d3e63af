package io.millrace.topology.detect;

import java.nio.ByteBuffer;

/** The last values of a signal, as floats relative to the first one ever. */
final class Recent {
    private final float[] ring;
    private double origin;
    private int size;
    private int head;

    /** @param capacity how many values, at most {@link Short#MAX_VALUE} */
    Recent(int capacity) {
        ring = new float[capacity];
    }

    void add(double value) {
        if (size == 0) {
            origin = value;
        }
        ring[head] = (float) (value - origin);
        head = (head + 1) % ring.length;
        size = Math.min(size + 1, ring.length);
    }

    int size() {
        return size;
    }

    /** The value as it would be kept. */
    float relative(double value) {
        return (float) (value - origin);
    }

    /** A value relative to the first one ever; 1 is the last. */
    float back(int ago) {
        int at = head - ago;
        return ring[at < 0 ? at + ring.length : at];
    }

    /** Mean of the last ones relative to the first one ever; summed anew each time, so that no error builds up. */
    double mean(int width) {
        double sum = 0;
        int from = head - width;
        for (int i = Math.max(from, 0); i < head; i++) {
            sum += ring[i];
        }
        for (int i = from + ring.length; i < ring.length; i++) {
            sum += ring[i];
        }
        return sum / width;
    }

    static int bytes(int capacity) {
        return Double.BYTES + 2 * Short.BYTES + capacity * Float.BYTES;
    }

    void write(ByteBuffer out) {
        out.putDouble(origin).putShort((short) size).putShort((short) head);
        for (int i = 0; i < size; i++) {
            out.putFloat(ring[i]);
        }
    }

    void read(ByteBuffer in) {
        origin = in.getDouble();
        size = in.getShort();
        head = in.getShort();
        for (int i = 0; i < size; i++) {
            ring[i] = in.getFloat();
        }
    }
}
