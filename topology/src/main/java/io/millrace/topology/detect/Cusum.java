package io.millrace.topology.detect;

import java.nio.ByteBuffer;

/**
 * Cumulative sums for slow drift, in both directions (Page, Biometrika 41, 1954): with {@code z} the value in standard
 * deviations from the mean so far,
 *
 * <pre>   S⁺ ← max(0, S⁺ + z − slack)      S⁻ ← max(0, S⁻ − z − slack)</pre>
 *
 * <p>Textbooks compare the larger of the two with a limit that holds for independent normal values; telemetry is
 * neither, so it is ranked in the device's own past instead ({@link Ranks}). A {@code z} counts for 4 at most: one
 * outlier is no drift. About 320 bytes.
 */
final class Cusum implements Detector {
    private static final double MOST = 4;

    private final double slack;
    private final Ranks ranks = new Ranks();
    private int count;
    private double mean;
    private double variance;
    private double up;
    private double down;

    /** @param slack what a step may differ without counting, in standard deviations; half the shift to be found */
    Cusum(double slack) {
        this.slack = slack;
    }

    @Override
    public double next(double value) {
        double deviation = Math.sqrt(variance);
        double z = count < Ranks.SILENT || deviation == 0 ? 0 : (value - mean) / deviation;
        z = Math.max(-MOST, Math.min(MOST, z));
        up = Math.max(0, up + z - slack);
        down = Math.max(0, down - z - slack);
        learn(value);
        double sum = Math.max(up, down);
        return sum > 0 ? ranks.next(sum) : ranks.nothing();
    }

    /** Welford's recurrence, with a weight that does not fall below 1 in the horizon. */
    private void learn(double value) {
        count = Math.min(count + 1, Ranks.HORIZON);
        double weight = 1.0 / count;
        double difference = value - mean;
        mean += weight * difference;
        variance = (1 - weight) * (variance + weight * difference * difference);
    }

    @Override
    public int stateBytes() {
        return Ranks.BYTES + Integer.BYTES + 4 * Double.BYTES;
    }

    @Override
    public void write(ByteBuffer out) {
        ranks.write(out);
        out.putInt(count).putDouble(mean).putDouble(variance).putDouble(up).putDouble(down);
    }

    @Override
    public void read(ByteBuffer in) {
        ranks.read(in);
        count = in.getInt();
        mean = in.getDouble();
        variance = in.getDouble();
        up = in.getDouble();
        down = in.getDouble();
    }
}
