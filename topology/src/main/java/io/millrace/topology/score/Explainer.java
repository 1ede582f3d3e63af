package io.millrace.topology.score;

import io.millrace.scorers.Batch;
import io.millrace.scorers.Scorer;
import io.millrace.scorers.ScoringException;
import io.millrace.topology.config.Feature;
import io.millrace.topology.config.InputMapping;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.decode.Event;
import io.millrace.topology.decode.EventDecoder;
import io.millrace.topology.features.DeviceState;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which features a score owes most to. By occlusion: each feature in turn is replaced by its usual value, the row is
 * scored again, and what the score loses is the feature's contribution. (Of one feature at a time: M. Robnik-Šikonja and
 * I. Kononenko, Explaining Classifications For Individual Instances, IEEE TKDE 20(5), 2008; of images: M. Zeiler and R.
 * Fergus, ECCV 2014.) It is cheap, asks nothing of the model, and says nothing of features that act only together.
 *
 * <p>A feature's usual value is its exponential mean over rows of all devices, taken {@value #SAMPLE_EVERY_MS} ms apart
 * at the least. All values of a field in a window are one feature. At most {@value #MOST_PER_SECOND} rows a second are
 * explained. A model with recurrent state is not.
 *
 * <p>Not thread-safe.
 */
public final class Explainer implements AutoCloseable {
    static final int MOST_FEATURES = 256;
    static final int TOLD = 5;
    static final int MOST_PER_SECOND = 20;
    static final long SAMPLE_EVERY_MS = 10;
    private static final int LEAST_SAMPLES = 16;
    private static final double WEIGHT = 1.0 / 256;

    private final ScoringPlan plan;
    private final Scorer scorer;
    private final List<Group> groups = new ArrayList<>();
    private final double[][] row;
    private final double[][] usual;
    private final Event event;
    private final EventDecoder decoder;
    private final DeviceState noPast;
    private @Nullable Batch batch;
    private long samples;
    private long sampledMs = Long.MIN_VALUE;
    private long second;
    private int explained;

    /**
     * What a feature adds to a score.
     *
     * @param feature its name
     * @param by the score less what it would be with the feature's usual value
     */
    public record Contribution(String feature, double by) {}

    /** Elements of an input that are one feature: each {@code step}-th from {@code first}. */
    private record Group(String name, int input, int first, int step) {}

    private Explainer(PipelineConfig config, ScoringPlan plan, Scorer scorer) {
        this.plan = plan;
        this.scorer = scorer;
        row = plan.features().newRow();
        usual = plan.features().newRow();
        event = new Event(plan.fields());
        decoder = plan.decoders().get();
        noPast = new DeviceState(plan.features().layout());
        for (int i = 0; i < row.length; i++) {
            InputMapping mapping = config.model()
                    .inputs()
                    .get(scorer.contract().inputs().get(i).name());
            if (mapping instanceof InputMapping.Window window) {
                for (int f = 0; f < window.fields().size(); f++) {
                    groups.add(new Group(
                            window.fields().get(f), i, f, window.fields().size()));
                }
            } else if (mapping instanceof InputMapping.Row features) {
                for (int f = 0; f < features.features().size(); f++) {
                    groups.add(new Group(name(features.features().get(f)), i, f, Integer.MAX_VALUE / 2));
                }
            }
        }
    }

    /** One for the pipeline's model; nothing if that cannot be explained. */
    public static @Nullable Explainer of(PipelineConfig config, ScoringPlan plan, Scorer scorer) {
        Explainer explainer = new Explainer(config, plan, scorer);
        boolean can =
                plan.recurrent().isEmpty() && !explainer.groups.isEmpty() && explainer.groups.size() <= MOST_FEATURES;
        return can ? explainer : null;
    }

    private static String name(Feature feature) {
        if (feature instanceof Feature.Lag lag) {
            return lag.field() + " lag " + lag.events();
        }
        if (feature instanceof Feature.Delta delta) {
            return delta.field() + " delta " + delta.events();
        }
        if (feature instanceof Feature.Rolling rolling) {
            return rolling.field() + ' ' + rolling.statistic().name().toLowerCase(Locale.ROOT) + ' ' + rolling.over();
        }
        return feature instanceof Feature.Now now ? now.field() : "since-last";
    }

    /** Shows it an event that was scored; most are not looked at. */
    public void observe(RawEvent raw, Prediction prediction, long nowMs) {
        if (nowMs - sampledMs < SAMPLE_EVERY_MS && sampledMs != Long.MIN_VALUE) {
            return;
        }
        sampledMs = nowMs;
        double[][] inputs = inputs(raw, prediction);
        if (inputs == null) {
            return;
        }
        samples++;
        double weight = Math.max(WEIGHT, 1.0 / samples);
        for (int i = 0; i < usual.length; i++) {
            for (int e = 0; e < usual[i].length; e++) {
                usual[i][e] += weight * (inputs[i][e] - usual[i][e]);
            }
        }
    }

    /**
     * The features that added most to a score, or took most from it, the most important first.
     *
     * @param score index of the score; nothing is told of a negative one, or of one that is not the model's
     */
    public List<Contribution> explain(RawEvent raw, Prediction prediction, int score, long nowMs) {
        if (nowMs / 1000 != second) {
            second = nowMs / 1000;
            explained = 0;
        }
        double[][] inputs =
                score < 0 || score >= plan.scores().size() || samples < LEAST_SAMPLES || explained >= MOST_PER_SECOND
                        ? null
                        : inputs(raw, prediction);
        if (inputs == null) {
            return List.of();
        }
        explained++;
        try {
            return contributions(
                    inputs, prediction.scores()[score], plan.scores().get(score));
        } catch (ScoringException e) {
            return List.of(); // it has scored the row itself: a row between two that it can is not worth a failure
        }
    }

    private List<Contribution> contributions(double[][] inputs, double whole, ScoreColumn score)
            throws ScoringException {
        Batch into = batch;
        if (into == null) {
            into = scorer.newBatch();
            batch = into;
        }
        List<Contribution> all = new ArrayList<>(groups.size());
        for (int from = 0; from < groups.size(); from += scorer.maxRows()) {
            int rows = Math.min(scorer.maxRows(), groups.size() - from);
            for (int r = 0; r < rows; r++) {
                occlude(inputs, groups.get(from + r), into, r);
            }
            scorer.score(into, rows);
            for (int r = 0; r < rows; r++) {
                double without = into.output(score.output()).get(r, score.element());
                all.add(new Contribution(groups.get(from + r).name(), whole - without));
            }
        }
        return all.stream()
                .filter(one -> Math.abs(one.by()) > 0)
                .sorted(Comparator.comparingDouble((Contribution one) -> -Math.abs(one.by())))
                .limit(TOLD)
                .toList();
    }

    private void occlude(double[][] inputs, Group group, Batch into, int at) {
        for (int i = 0; i < inputs.length; i++) {
            double[] values = inputs[i];
            if (i == group.input()) {
                values = values.clone();
                for (int e = group.first(); e < values.length; e += group.step()) {
                    values[e] = usual[i][e];
                }
            }
            into.input(i).setRow(at, values, 0);
        }
    }

    /** The row of an event: kept where it depends on the device's past, else made again. */
    private double @Nullable [][] inputs(RawEvent raw, Prediction prediction) {
        if (prediction.inputs() != null || plan.features().stateful()) {
            return prediction.inputs();
        }
        if (!(plan.decode(decoder, raw, event) instanceof Event)) {
            return null;
        }
        plan.features().fill(event.values(), event.timeMs(), noPast, row);
        return row;
    }

    @Override
    public void close() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }
}
