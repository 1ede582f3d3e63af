package io.millrace.topology.detect;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Streaming peaks over threshold (SPOT, and DSPOT where the signal's moving mean is taken off first) after Siffer,
 * Fouque, Termier and Largouët, Anomaly Detection in Streams with Extreme Value Theory, KDD 2017: a threshold {@code t}
 * at the {@value #LEVEL} quantile of the first {@value #CALIBRATION} values, a generalised Pareto tail of the excesses
 * over it, and
 *
 * <pre>   p = N_t / n · (1 + γ (x − t) / σ)^(−1/γ)</pre>
 *
 * <p>As in the paper, a value beyond the tail's 10⁻⁴ quantile is not let into the model. Unlike it, the tail is fitted
 * by moments ({@link ParetoTail}) to the last {@value #CALIBRATION} excesses, since memory is bounded. It says more
 * about large values than a rank can, where there is such a tail; it sees large values only. About 820 bytes, and 4
 * more for each value of depth.
 */
final class Spot implements Detector {
    static final int CALIBRATION = 200;
    static final double LEVEL = 0.98;
    private static final double OUTSIDE = 1e-4;

    private final int depth;
    private final Recent drift;

    /** First the values of the calibration; then the excesses, newest overwriting oldest. */
    private final float[] kept = new float[CALIBRATION];

    private final float[] sorted = new float[CALIBRATION];
    private int size;
    private int head;
    private int rows;
    private int peaks;
    private double threshold = Double.NaN;
    private ParetoTail tail = new ParetoTail(0, 1);

    /** @param depth how many values make the moving mean; 0 for none */
    Spot(int depth) {
        this.depth = depth;
        drift = new Recent(Math.max(depth, 1));
    }

    @Override
    public double next(double value) {
        double x = value;
        if (depth > 0) {
            boolean known = drift.size() == depth;
            x = known ? drift.relative(value) - drift.mean(depth) : Double.NaN;
            drift.add(value);
            if (!known) {
                return ORDINARY;
            }
        }
        return Double.isNaN(threshold) ? calibrate(x) : judge(x);
    }

    private double calibrate(double x) {
        kept[size++] = (float) x;
        if (size == CALIBRATION) {
            Arrays.sort(kept);
            int at = (int) (LEVEL * CALIBRATION) - 1;
            threshold = kept[at];
            rows = CALIBRATION;
            size = 0;
            for (int i = at + 1; i < CALIBRATION; i++) {
                if (kept[i] > threshold) {
                    kept[size++] = (float) (kept[i] - threshold);
                }
            }
            peaks = size;
            head = size;
            refit();
        }
        return ORDINARY;
    }

    private double judge(double x) {
        if (x <= threshold) {
            count(0);
            return ORDINARY;
        }
        double p = (double) Math.max(peaks, 1) / rows * tail.survival(x - threshold);
        if (p >= OUTSIDE) {
            kept[head] = (float) (x - threshold);
            head = (head + 1) % CALIBRATION;
            size = Math.min(size + 1, CALIBRATION);
            count(1);
            refit();
        }
        return Math.max(p, Double.MIN_NORMAL);
    }

    private void count(int peak) {
        rows++;
        peaks += peak;
        if (rows == Ranks.HORIZON) {
            rows /= 2;
            peaks /= 2;
        }
    }

    private void refit() {
        System.arraycopy(kept, 0, sorted, 0, size);
        Arrays.sort(sorted, 0, size);
        if (size > 0 && sorted[size - 1] > 0) {
            tail = ParetoTail.fit(sorted, size);
        }
    }

    @Override
    public int stateBytes() {
        return 2 * Short.BYTES + 2 * Integer.BYTES + Double.BYTES + CALIBRATION * Float.BYTES + Recent.bytes(depth);
    }

    @Override
    public void write(ByteBuffer out) {
        out.putShort((short) size).putShort((short) head).putInt(rows).putInt(peaks);
        out.putDouble(threshold);
        for (int i = 0; i < size; i++) {
            out.putFloat(kept[i]);
        }
        if (depth > 0) {
            drift.write(out);
        }
    }

    @Override
    public void read(ByteBuffer in) {
        size = in.getShort();
        head = in.getShort();
        rows = in.getInt();
        peaks = in.getInt();
        threshold = in.getDouble();
        for (int i = 0; i < size; i++) {
            kept[i] = in.getFloat();
        }
        if (depth > 0) {
            drift.read(in);
        }
        if (!Double.isNaN(threshold)) {
            refit();
        }
    }
}
