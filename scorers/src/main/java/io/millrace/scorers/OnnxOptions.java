package io.millrace.scorers;

import java.util.List;
import java.util.Map;

/**
 * How a model is run.
 *
 * @param maxRows the most rows in one batch, from 1 to {@link #MAX_ROWS}
 * @param intraOpThreads threads that one call may use, from 1 to {@link #MAX_THREADS}. One is right unless a
 *     call takes more than about 10 ms: calls of several callers run side by side anyway.
 * @param spinning whether these threads spin while they wait for the next call: faster for one caller that has the
 *     machine to itself, and cores taken from everyone else otherwise
 * @param device where it is to run
 * @param require whether opening, and later each call, fails where the device does not do its work; otherwise the
 *     CPU does it instead, which is told and counted
 * @param tolerance the most by which the device's results may differ from the CPU's, relative to the result where
 *     that is above 1; 0 or more
 * @param rowShapes what a row will have of an input, by its name and without the batch axis. It settles dimensions that
 *     the model leaves open, such as the length of a sequence, which count as 1 otherwise; a single number stands for
 *     all elements. Optional inputs are fed where they are named here, and left out otherwise.
 */
public record OnnxOptions(
        int maxRows,
        int intraOpThreads,
        boolean spinning,
        Device device,
        boolean require,
        double tolerance,
        Map<String, List<Long>> rowShapes) {
    public static final int MAX_ROWS = 65_536;
    public static final int MAX_THREADS = 1_024;
    public static final int DEFAULT_MAX_ROWS = 512;

    /** Single precision on another device: sums in another order, and reduced precision in between. */
    public static final double DEFAULT_TOLERANCE = 1e-3;

    public OnnxOptions {
        requireBetween("maxRows", maxRows, MAX_ROWS);
        requireBetween("intraOpThreads", intraOpThreads, MAX_THREADS);
        if (!(tolerance >= 0) || tolerance == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("tolerance must be a number of at least 0, got: " + tolerance);
        }
        rowShapes = Map.copyOf(rowShapes);
        if (rowShapes.values().stream().anyMatch(shape -> shape.stream().anyMatch(size -> size < 1))) {
            throw new IllegalArgumentException("rowShapes must be sizes of at least 1, got: " + rowShapes);
        }
    }

    /** On the CPU, without spinning. */
    public OnnxOptions(int maxRows, int intraOpThreads) {
        this(maxRows, intraOpThreads, false, Device.CPU, true, DEFAULT_TOLERANCE, Map.of());
    }

    /** Batches of {@link #DEFAULT_MAX_ROWS} rows on the CPU, one thread a call. */
    public static OnnxOptions defaults() {
        return new OnnxOptions(DEFAULT_MAX_ROWS, 1);
    }

    public OnnxOptions withMaxRows(int rows) {
        return new OnnxOptions(rows, intraOpThreads, spinning, device, require, tolerance, rowShapes);
    }

    public OnnxOptions withIntraOpThreads(int threads) {
        return new OnnxOptions(maxRows, threads, spinning, device, require, tolerance, rowShapes);
    }

    public OnnxOptions withSpinning(boolean spin) {
        return new OnnxOptions(maxRows, intraOpThreads, spin, device, require, tolerance, rowShapes);
    }

    /** On that device, and on no other where it is required. */
    public OnnxOptions withDevice(Device where, boolean required) {
        return new OnnxOptions(maxRows, intraOpThreads, spinning, where, required, tolerance, rowShapes);
    }

    public OnnxOptions withTolerance(double most) {
        return new OnnxOptions(maxRows, intraOpThreads, spinning, device, require, most, rowShapes);
    }

    public OnnxOptions withRowShapes(Map<String, List<Long>> shapes) {
        return new OnnxOptions(maxRows, intraOpThreads, spinning, device, require, tolerance, shapes);
    }

    private static void requireBetween(String what, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(what + " must be between 1 and " + max + ", got: " + value);
        }
    }
}
