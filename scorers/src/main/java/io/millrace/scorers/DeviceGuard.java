package io.millrace.scorers;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches on a device, and finds out who is to blame when it fails.
 *
 * <p>ONNX Runtime reports a broken device and a bad row in the same way. So the CPU's session is the judge: what fails
 * there too is the rows' fault, what does not is the device's. Then a required device fails the call with a
 * {@link DeviceException}, so that the rows are kept; for any other device the CPU's results count, and the device
 * rests for a second, twice as long after each further fault, up to a minute. ONNX Runtime itself does not fall back.
 */
final class DeviceGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceGuard.class);
    private static final long LEAST_REST = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_REST = Duration.ofMinutes(1).toNanos();

    private final Engine device;
    private final @Nullable Engine judge;
    private final boolean required;
    private final LongSupplier nanoTime;
    private final AtomicLong faults = new AtomicLong();
    private long rest;
    private volatile long restsUntil;
    private volatile boolean resting;

    /** @param judge the CPU's session; {@code null} where the device is the CPU, or only a server has the model */
    DeviceGuard(Engine device, @Nullable Engine judge, boolean required, LongSupplier nanoTime) {
        this.device = device;
        this.judge = judge;
        this.required = required;
        this.nanoTime = nanoTime;
    }

    /** Calls that failed on the device's account. */
    long faults() {
        return faults.get();
    }

    void run(SessionBatch batch, int rows) throws ScoringException {
        if (judge != null && resting && nanoTime.getAsLong() - restsUntil < 0) {
            onJudge(judge, batch, rows);
            return;
        }
        try {
            batch.run(device, rows);
            if (resting) {
                recovered();
            }
        } catch (OrtException e) {
            if (judge == null) {
                throw new ScoringException(OneLine.of(e), e);
            }
            onJudge(judge, batch, rows);
            faulted(e, false);
        } catch (DeviceException e) {
            if (judge == null || required) {
                faults.incrementAndGet();
                throw e;
            }
            onJudge(judge, batch, rows);
            faulted(e, e.isOutage());
        }
    }

    private static void onJudge(Engine judge, SessionBatch batch, int rows) throws ScoringException {
        try {
            batch.run(judge, rows);
        } catch (OrtException e) {
            throw new ScoringException(OneLine.of(e), e);
        }
    }

    private synchronized void faulted(Exception fault, boolean outage) {
        faults.incrementAndGet();
        String what = "device " + device.provider() + " has failed where the CPU did not: " + OneLine.of(fault);
        if (required) {
            throw new DeviceException(what, outage, fault);
        }
        rest = Math.min(LONGEST_REST, Math.max(LEAST_REST, 2 * rest));
        restsUntil = nanoTime.getAsLong() + rest;
        resting = true;
        LOG.warn("{}; the CPU scores instead for {} s", what, rest / 1_000_000_000L);
    }

    private synchronized void recovered() {
        resting = false;
        rest = 0;
        LOG.warn("device {} scores again", device.provider());
    }
}
