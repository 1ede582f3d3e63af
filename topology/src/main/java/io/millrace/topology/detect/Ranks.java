package io.millrace.topology.detect;

import java.nio.ByteBuffer;

/**
 * Where a strangeness stands among all that the device has shown: a conformal p-value (Vovk, Gammerman and Shafer,
 * Algorithmic Learning in a Random World, 2005, ch. 2) that needs no distribution,
 *
 * <pre>   p = (c + 1/2) / (n + CREDIT)</pre>
 *
 * <p>with {@code c} of the {@code n} rows before at least as strange. The credit is a prior of so many uneventful rows:
 * with it, a young device may speak before it has {@code 1/p} rows of its own, at about one alarm more in its first
 * {@value #CREDIT}.
 *
 * <p>Only the {@value #KEPT} largest are kept, largest first; anything below them is {@link Detector#ORDINARY}. Every
 * {@value #HORIZON} rows each second one is forgotten, as though half of the rows had been seen, so that the distant
 * past fades.
 */
final class Ranks {
    static final int KEPT = 64;
    static final int CREDIT = 1800;

    /** No answers before that many rows. */
    static final int SILENT = 50;

    static final int HORIZON = 1 << 14;
    static final int BYTES = Integer.BYTES + Short.BYTES + KEPT * Float.BYTES;

    private final float[] largest = new float[KEPT];
    private int size;
    private int rows;

    /** Judges the next row's strangeness and remembers it. */
    double next(double strangeness) {
        float x = (float) strangeness;
        double p = Detector.ORDINARY;
        int rank = atLeast(x);
        if (rank < KEPT) {
            p = rows >= SILENT ? (rank + 0.5) / (rows + CREDIT) : p;
            insert(rank, x);
        }
        count();
        return p;
    }

    /** A row that is not strange at all. */
    double nothing() {
        count();
        return Detector.ORDINARY;
    }

    private void count() {
        if (++rows == HORIZON) {
            halve();
        }
    }

    private int atLeast(float x) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (largest[middle] >= x) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void insert(int at, float x) {
        System.arraycopy(largest, at, largest, at + 1, Math.min(size, KEPT - 1) - at);
        largest[at] = x;
        size = Math.min(size + 1, KEPT);
    }

    private void halve() {
        int kept = 0;
        for (int i = 1; i < size; i += 2) {
            largest[kept++] = largest[i];
        }
        size = kept;
        rows /= 2;
    }

    void write(ByteBuffer out) {
        out.putInt(rows).putShort((short) size);
        for (int i = 0; i < size; i++) {
            out.putFloat(largest[i]);
        }
    }

    void read(ByteBuffer in) {
        rows = in.getInt();
        size = in.getShort();
        for (int i = 0; i < size; i++) {
            largest[i] = in.getFloat();
        }
    }
}
