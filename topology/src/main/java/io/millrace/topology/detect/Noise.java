package io.millrace.topology.detect;

import java.nio.ByteBuffer;

/**
 * How much a signal jitters from one value to the next: the mean absolute difference of neighbours. Unlike the
 * deviation from a mean it is hardly touched by drift, season or a change of level.
 */
final class Noise {
    static final int BYTES = 2 * Double.BYTES + Integer.BYTES;

    private double last;
    private double level;
    private int steps = -1;

    /** 0 before there are two values. */
    double level() {
        return level;
    }

    void add(double value) {
        steps = Math.min(steps + 1, Ranks.HORIZON);
        if (steps > 0) {
            level += (Math.abs(value - last) - level) / steps;
        }
        last = value;
    }

    void write(ByteBuffer out) {
        out.putDouble(last).putDouble(level).putInt(steps);
    }

    void read(ByteBuffer in) {
        last = in.getDouble();
        level = in.getDouble();
        steps = in.getInt();
    }
}
