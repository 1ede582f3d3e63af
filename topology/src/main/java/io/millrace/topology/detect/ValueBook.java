package io.millrace.topology.detect;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The values that a signal has taken in all its past, in a bounded space: a sorted list of representatives. When it is
 * full, the closest two become one, so that rare values are kept for ever and a crowd is thinned to an even spacing.
 * That spacing is the book's resolution: a value no further than it from a known one is known.
 *
 * <p>Kept as floats relative to the first value; so a signal far from zero keeps its digits.
 */
final class ValueBook {
    private static final int NONE = -1;

    private final float[] values;
    private int size;
    private float resolution;
    private double origin;

    /** @param capacity most representatives, 3 or more */
    ValueBook(int capacity) {
        values = new float[capacity + 1];
    }

    /**
     * Looks a value up, then writes it down.
     *
     * @return its distance to the nearest value known before; 0 if it was known, or nothing was
     */
    double take(double value) {
        if (size == 0) {
            origin = value;
            values[size++] = 0;
            return 0;
        }
        float x = (float) (value - origin);
        int found = Arrays.binarySearch(values, 0, size, x);
        if (found >= 0) {
            return 0;
        }
        int at = -found - 1;
        float below = at > 0 ? x - values[at - 1] : Float.MAX_VALUE;
        float above = at < size ? values[at] - x : Float.MAX_VALUE;
        float distance = Math.min(below, above);
        if (distance <= resolution) {
            return 0;
        }
        System.arraycopy(values, at, values, at + 1, size - at);
        values[at] = x;
        size++;
        if (size == values.length) {
            mergeClosest();
        }
        return distance;
    }

    private void mergeClosest() {
        int closest = NONE;
        float gap = Float.POSITIVE_INFINITY;
        for (int i = 0; i + 1 < size; i++) {
            float next = values[i + 1] - values[i];
            if (next < gap) {
                gap = next;
                closest = i;
            }
        }
        int drop = moreCrowded(closest);
        System.arraycopy(values, drop + 1, values, drop, size - drop - 1);
        size--;
        resolution = Math.max(resolution, gap);
    }

    /** Of a pair, the one with the closer other neighbour; never an end, which would narrow the known range. */
    private int moreCrowded(int left) {
        if (left == 0) {
            return 1;
        }
        if (left == size - 2) {
            return left;
        }
        return values[left] - values[left - 1] < values[left + 2] - values[left + 1] ? left : left + 1;
    }

    static int bytes(int capacity) {
        return Double.BYTES + Float.BYTES + Short.BYTES + capacity * Float.BYTES;
    }

    void write(ByteBuffer out) {
        out.putDouble(origin).putFloat(resolution).putShort((short) size);
        for (int i = 0; i < size; i++) {
            out.putFloat(values[i]);
        }
    }

    void read(ByteBuffer in) {
        origin = in.getDouble();
        resolution = in.getFloat();
        size = in.getShort();
        for (int i = 0; i < size; i++) {
            values[i] = in.getFloat();
        }
    }
}
