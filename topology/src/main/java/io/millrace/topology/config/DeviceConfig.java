package io.millrace.topology.config;

import io.millrace.scorers.Device;
import io.millrace.scorers.OnnxOptions;

/**
 * Where and how the model runs; keys of {@code model} in the file.
 *
 * @param device where it runs
 * @param require whether to refuse to run elsewhere
 * @param tolerance how far the device's results on golden rows may be from the CPU's, relative to the result where
 *     that is above 1
 * @param threads threads within one call of the model
 * @param spinning whether they spin while they wait
 */
public record DeviceConfig(Device device, boolean require, double tolerance, int threads, boolean spinning) {
    static final IntRange THREADS = new IntRange(1, 64);
    static final DoubleRange TOLERANCE = new DoubleRange(0, 1);

    /** What a file gets that says nothing. */
    static final DeviceConfig DEFAULT = new DeviceConfig(Device.CPU, true, OnnxOptions.DEFAULT_TOLERANCE, 1, false);

    public DeviceConfig {
        THREADS.check("threads", threads);
        TOLERANCE.check("tolerance", tolerance);
    }

    /** The same as options of a scorer whose batches have that many rows. */
    public OnnxOptions options(int maxRows) {
        return new OnnxOptions(maxRows, threads)
                .withSpinning(spinning)
                .withDevice(device, require)
                .withTolerance(tolerance);
    }
}
