package io.millrace.deploy.page;

import java.util.Arrays;

/**
 * The last points of some series with a common time, in order of arrival. It grows with its contents up to its
 * limit and then forgets the oldest. Every point has a number, so that a reader can ask for what is new.
 */
final class SeriesRing {
    private static final int FIRST_SIZE = 64;

    private final int columns;
    private final int limit;
    private long[] times;
    private float[] values;
    private long end;

    SeriesRing(int columns, int limit) {
        this.columns = columns;
        this.limit = limit;
        int size = Math.min(FIRST_SIZE, limit);
        times = new long[size];
        values = new float[size * columns];
    }

    void add(long time, double... row) {
        if (end == times.length && times.length < limit) {
            // Nothing has been overwritten yet, so the points still lie in order.
            int size = Math.min(limit, times.length * 2);
            times = Arrays.copyOf(times, size);
            values = Arrays.copyOf(values, size * columns);
        }
        int slot = (int) (end % times.length);
        times[slot] = time;
        for (int c = 0; c < columns; c++) {
            values[slot * columns + c] = (float) row[c];
        }
        end++;
    }

    /** The number that the next point will get. */
    long end() {
        return end;
    }

    /** The points with numbers from {@code from} on, as far as they are still there. */
    Points since(long from) {
        long first = Math.max(from, end - times.length);
        int n = (int) Math.max(0, end - first);
        long[] t = new long[n];
        float[][] v = new float[columns][n];
        for (int i = 0; i < n; i++) {
            int slot = (int) ((first + i) % times.length);
            t[i] = times[slot];
            for (int c = 0; c < columns; c++) {
                v[c][i] = values[slot * columns + c];
            }
        }
        return new Points(t, v);
    }

    /**
     * Some of the points, as columns.
     *
     * @param t times, epoch milliseconds
     * @param v {@code [columns][points]}
     */
    @SuppressWarnings("ArrayRecordComponent") // on its way to JSON
    record Points(long[] t, float[][] v) {}
}
