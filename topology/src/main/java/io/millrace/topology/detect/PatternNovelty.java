package io.millrace.topology.detect;

import java.nio.ByteBuffer;

/**
 * How new the shape of the last values is: the Euclidean distance of the lag window to its nearest one among the last
 * {@value #HISTORY}, ranked in the device's own past ({@link Ranks}). It sees what no single value shows: a flat line
 * where there was a rhythm, a second beat in a cycle. Nearest-neighbour conformal detection in a delay embedding after
 * Burnaev and Ishimtsev, arXiv 1608.04585.
 *
 * <p>About 1.5 KB for a device and signal with 10 lags. Costs {@value #HISTORY} times the lags multiplications a value
 * at most.
 */
final class PatternNovelty implements Detector {
    static final int HISTORY = 256;

    private final int lags;
    private final Recent recent;
    private final Ranks ranks = new Ranks();

    /** @param lags values in a window, 2 or more */
    PatternNovelty(int lags) {
        this.lags = lags;
        recent = new Recent(HISTORY + 2 * lags);
    }

    @Override
    public double next(double value) {
        recent.add(value);
        double distance = distanceToNearest();
        return distance > 0 ? ranks.next(distance) : ranks.nothing();
    }

    /** Windows that overlap the last one are left out: a slow signal always resembles itself a moment ago. */
    private double distanceToNearest() {
        double nearest = Double.POSITIVE_INFINITY;
        for (int ago = lags; ago + lags <= recent.size(); ago++) {
            double sum = 0;
            for (int lag = 1; lag <= lags && sum < nearest; lag++) {
                double difference = recent.back(lag) - recent.back(lag + ago);
                sum += difference * difference;
            }
            nearest = Math.min(nearest, sum);
        }
        return nearest < Double.POSITIVE_INFINITY ? Math.sqrt(nearest) : 0;
    }

    @Override
    public int stateBytes() {
        return Recent.bytes(HISTORY + 2 * lags) + Ranks.BYTES;
    }

    @Override
    public void write(ByteBuffer out) {
        recent.write(out);
        ranks.write(out);
    }

    @Override
    public void read(ByteBuffer in) {
        recent.read(in);
        ranks.read(in);
    }
}
