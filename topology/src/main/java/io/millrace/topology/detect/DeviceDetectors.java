package io.millrace.topology.detect;

import io.millrace.topology.config.DetectConfig.Method;
import io.millrace.topology.detect.DetectPlan.Step;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all detectors remember of one device. An event gives each detector its value; each answers with a score, which is
 * {@code 1 − p} where that is told, and 0 otherwise.
 *
 * <p>Told is a value whose p is within the detector's gate, unless the detector has told one in the device's last
 * {@code refractory} events: an operator wants to hear of an anomaly once. Without a gate every score is told.
 *
 * <p>Not thread-safe.
 */
public final class DeviceDetectors {
    /** The last event's time of a device that has had none. */
    public static final long NEVER = Long.MIN_VALUE;

    private final List<Step> steps;
    private final @Nullable Detector[] detectors;
    private final double[] p;
    private final double[] scores;

    /** Events since a detector has last told one; counted no further than its refractory time. */
    private final int[] since;

    private long told;
    private long events;
    private long lastTimeMs = NEVER;

    DeviceDetectors(DetectPlan plan) {
        steps = plan.steps();
        detectors = new Detector[steps.size()];
        p = new double[steps.size()];
        scores = new double[steps.size()];
        since = new int[steps.size()];
        for (int i = 0; i < detectors.length; i++) {
            Step step = steps.get(i);
            detectors[i] =
                    step.combines() ? null : DetectPlan.detector(step.config().method());
            since[i] = step.config().refractory();
        }
    }

    /** How many events it has seen. */
    public long events() {
        return events;
    }

    /** The latest event time so far, epoch milliseconds; {@link #NEVER} before the first. */
    public long lastTimeMs() {
        return lastTimeMs;
    }

    /**
     * Takes an event in.
     *
     * @param signals its values, in the plan's order; one that is not finite is not there, and moves nothing
     * @param timeMs event time, epoch milliseconds
     * @param strictness of each detector: by how much the gate is narrower than configured, 1 or more
     * @return the scores in the plan's order; the live array, overwritten by the next event
     */
    public double[] next(double[] signals, long timeMs, double[] strictness) {
        judge(signals);
        long tells = 0;
        for (int i = 0; i < p.length; i++) {
            Step step = steps.get(i);
            boolean open = since[i] >= step.config().refractory();
            if (p[i] < Detector.ORDINARY && open && p[i] * strictness[i] <= step.gate()) {
                tells |= 1L << i;
                scores[i] = 1 - p[i];
            } else {
                scores[i] = 0;
            }
        }
        settle(tells, timeMs);
        return scores;
    }

    /** Takes in an event whose outcome is known already, as {@link #told} said it then. */
    public void replay(double[] signals, long timeMs, long tells) {
        judge(signals);
        settle(tells, timeMs);
    }

    /** Which detectors told the last event: bit {@code i} for the plan's i-th. */
    public long told() {
        return told;
    }

    private void judge(double[] signals) {
        for (int i = 0; i < p.length; i++) {
            Step step = steps.get(i);
            if (step.combines()) {
                p[i] = combined(step);
            } else {
                double value = signals[step.inputs()[0]];
                p[i] = Double.isFinite(value)
                        ? Objects.requireNonNull(detectors[i]).next(value)
                        : Detector.ORDINARY;
            }
        }
    }

    private double combined(Step step) {
        double[] parts = new double[step.inputs().length];
        Arrays.setAll(parts, i -> p[step.inputs()[i]]);
        return step.config().method() instanceof Method.Fisher ? Combining.fisher(parts) : Combining.least(parts);
    }

    private void settle(long tells, long timeMs) {
        told = tells;
        lastTimeMs = Math.max(lastTimeMs, timeMs);
        events++;
        for (int i = 0; i < since.length; i++) {
            boolean tellsNow = (tells >>> i & 1) != 0;
            since[i] =
                    tellsNow ? 0 : Math.min(since[i] + 1, steps.get(i).config().refractory());
        }
    }

    /** Most bytes that {@link #write} writes. */
    public int stateBytes() {
        int bytes = 2 * Long.BYTES + since.length * Integer.BYTES;
        for (Detector detector : detectors) {
            bytes += detector == null ? 0 : detector.stateBytes();
        }
        return bytes;
    }

    /** Writes the state. */
    public void write(ByteBuffer out) {
        out.putLong(events).putLong(lastTimeMs);
        for (int i = 0; i < since.length; i++) {
            out.putInt(since[i]);
            Detector detector = detectors[i];
            if (detector != null) {
                detector.write(out);
            }
        }
    }

    /** Takes over a state that {@link #write} wrote under the same plan. */
    public void read(ByteBuffer in) {
        events = in.getLong();
        lastTimeMs = in.getLong();
        for (int i = 0; i < since.length; i++) {
            since[i] = in.getInt();
            Detector detector = detectors[i];
            if (detector != null) {
                detector.read(in);
            }
        }
    }
}
