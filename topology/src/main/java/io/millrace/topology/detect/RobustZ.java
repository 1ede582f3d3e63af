package io.millrace.topology.detect;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How many robust deviations a value is from the median of the last ones: the modified z-score
 *
 * <pre>   z = 0.6745 (x − median) / MAD</pre>
 *
 * <p>of Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993, answered as its two-sided normal tail; where the
 * median absolute deviation is 0, the mean one takes its place, {@code z = (x − median) / (1.2533 · mean deviation)}.
 * For signals that are roughly normal about a level that moves slowly. About 4 bytes a value.
 */
final class RobustZ implements Detector {
    /** No answers before that many values. */
    static final int SILENT = 16;

    private static final double PER_MAD = 0.6745;
    private static final double PER_MEAN = 1.2533;

    private final int over;
    private final Recent recent;
    private final float[] sorted;
    private final float[] deviations;

    /** @param over how many values before make the median */
    RobustZ(int over) {
        this.over = over;
        recent = new Recent(over);
        sorted = new float[over];
        deviations = new float[over];
    }

    @Override
    public double next(double value) {
        double p = recent.size() < Math.min(SILENT, over) ? ORDINARY : Normal.twoSided(z(value));
        recent.add(value);
        return Math.max(p, Double.MIN_NORMAL);
    }

    private double z(double value) {
        int size = recent.size();
        for (int i = 0; i < size; i++) {
            sorted[i] = recent.back(i + 1);
        }
        double median = median(sorted, size);
        double sum = 0;
        for (int i = 0; i < size; i++) {
            deviations[i] = (float) Math.abs(sorted[i] - median);
            sum += deviations[i];
        }
        double mad = median(deviations, size);
        double scale = mad > 0 ? mad / PER_MAD : PER_MEAN * sum / size;
        double distance = recent.relative(value) - median;
        return distance == 0 ? 0 : distance / scale;
    }

    private static double median(float[] values, int size) {
        Arrays.sort(values, 0, size);
        return (values[(size - 1) / 2] + values[size / 2]) / 2.0;
    }

    @Override
    public int stateBytes() {
        return Recent.bytes(over);
    }

    @Override
    public void write(ByteBuffer out) {
        recent.write(out);
    }

    @Override
    public void read(ByteBuffer in) {
        recent.read(in);
    }
}
