package io.millrace.deploy.nab;

import java.util.Arrays;
import java.util.List;

/**
 * One file of the benchmark.
 *
 * @param category its folder
 * @param file its name in there
 * @param timestamps as written
 * @param values one for each timestamp
 * @param windows where an anomaly is, in order and apart
 */
record NabSeries(String category, String file, List<String> timestamps, List<Double> values, List<Window> windows) {
    private static final double PROBATION = 0.15;
    private static final int PROBATION_ROWS = 5000;

    /** From one row to another, both included. */
    record Window(int first, int last) {
        int width() {
            return last - first + 1;
        }
    }

    NabSeries {
        timestamps = List.copyOf(timestamps);
        values = List.copyOf(values);
        windows = List.copyOf(windows);
    }

    int rows() {
        return values.size();
    }

    /** Rows at the start that are not scored: {@code min(⌊0.15 n⌋, 0.15 · 5000)}. */
    int probation() {
        return (int) Math.min(Math.floor(PROBATION * rows()), PROBATION * PROBATION_ROWS);
    }

    /** For each row the index of its window, or −1. */
    int[] windowOfRow() {
        int[] of = new int[rows()];
        Arrays.fill(of, -1);
        for (int i = 0; i < windows.size(); i++) {
            Arrays.fill(of, windows.get(i).first(), windows.get(i).last() + 1, i);
        }
        return of;
    }
}
