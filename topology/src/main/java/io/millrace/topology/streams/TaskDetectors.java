package io.millrace.topology.streams;

import io.millrace.topology.config.DetectConfig;
import io.millrace.topology.config.DetectConfig.Budget;
import io.millrace.topology.detect.DetectPlan;
import io.millrace.topology.detect.DeviceDetectors;
import io.millrace.topology.detect.Strictness;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.telemetry.DetectorGauges;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The detectors of one task's devices: gives a prediction the scores that they make of it, and keeps budgets over all
 * the devices of the task. A fleet's budget is shared out among tasks as its devices are.
 *
 * <p>Not thread-safe.
 */
final class TaskDetectors {
    private static final Logger LOG = LoggerFactory.getLogger(TaskDetectors.class);

    /** A change of {@code ln s} that is worth writing down. */
    private static final double WORTH_WRITING = 0.05;

    private final List<DetectConfig> detectors;
    private final DetectorStates states;
    private final DetectorGauges gauges;

    /** For each signal its place among a prediction's scores, and then its fields. */
    private final int[] places;

    private final double[] signals;
    private final double[] factors;
    private final int added;
    private Strictness[] strictness = {};
    private Strictness[] written = {};

    /** @param known names of a prediction's scores, then pointers of its fields */
    TaskDetectors(DetectPlan plan, List<String> known, DetectorStates states, DetectorGauges gauges) {
        this.states = states;
        this.gauges = gauges;
        detectors = plan.detectors();
        places = plan.signals().stream().mapToInt(known::indexOf).toArray();
        signals = new double[places.length];
        factors = new double[detectors.size()];
        added = detectors.stream().mapToInt(one -> one.scores().size()).sum();
    }

    void open(ProcessorContext<?, ?> context) {
        states.open(context);
        strictness = states.readBudgets();
        written = strictness.clone();
        Arrays.setAll(factors, i -> strictness[i].factor());
    }

    /** Forgets a device. */
    void remove(byte[] device) {
        states.remove(device);
    }

    /** The prediction with the detectors' scores behind its own. */
    Prediction judge(Prediction prediction) {
        double[] scores = prediction.scores();
        double[] fields = prediction.fields();
        for (int i = 0; i < places.length; i++) {
            int place = places[i];
            signals[i] = place < scores.length ? scores[place] : fields[place - scores.length];
        }
        DeviceDetectors device = states.of(prediction.device());
        long last = device.lastTimeMs();
        double[] made = device.next(signals, prediction.timeMs(), factors);
        states.put(prediction.device(), device, signals, prediction.timeMs());
        double[] all = Arrays.copyOf(scores, scores.length + added);
        int at = scores.length;
        for (int i = 0; i < made.length; i++) {
            all[at++] = made[i];
            Budget budget = detectors.get(i).budget().orElse(null);
            if (budget != null) {
                all[at++] = factors[i];
                long since = last == DeviceDetectors.NEVER ? 0 : prediction.timeMs() - last;
                spend(i, (device.told() >>> i & 1) != 0, since, budget);
            }
        }
        return new Prediction(
                prediction.device(),
                prediction.timeMs(),
                all,
                fields,
                prediction.inputs(),
                null,
                prediction.provider());
    }

    private void spend(int detector, boolean told, long sinceLastMs, Budget budget) {
        Strictness before = strictness[detector];
        Strictness after = before.after(told, sinceLastMs, budget);
        strictness[detector] = after;
        factors[detector] = after.factor();
        if (after.hasGoneFar(before)) {
            LOG.warn(
                    "detector {} keeps its budget only at a gate of 1 in {}, configured is 1 in {}",
                    detectors.get(detector).name(),
                    String.format(
                            Locale.ROOT, "%.0f", detectors.get(detector).gate().oneIn() * after.factor()),
                    detectors.get(detector).gate().oneIn());
        }
        if (told || Math.abs(after.log() - written[detector].log()) >= WORTH_WRITING) {
            written[detector] = after;
            states.putBudget(detector, after);
            gauges.strictness(detectors.get(detector).name(), after.factor());
        }
    }
}
