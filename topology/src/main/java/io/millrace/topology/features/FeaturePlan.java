package io.millrace.topology.features;

import io.millrace.topology.config.Feature;
import io.millrace.topology.config.InputMapping;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How an event and its device's past become the rows of a model's inputs; compiled once from the configuration.
 * Immutable and thread-safe.
 */
public final class FeaturePlan {
    private final StateLayout layout;
    private final RowFiller[] inputs;
    private final int lookBack;

    private FeaturePlan(StateLayout layout, RowFiller[] inputs, int lookBack) {
        this.layout = layout;
        this.inputs = inputs;
        this.lookBack = lookBack;
    }

    /**
     * @param inputs how each of the model's inputs is filled, in the model's order; {@code null} for one that the
     *     model's own state fills, or that takes text
     * @param fields the event's fields, in the order of its values
     * @param frozen fields watched for a frozen sensor
     * @param hidden how many numbers of recurrent model state a device has
     */
    public static FeaturePlan compile(
            List<? extends @Nullable InputMapping> inputs, List<String> fields, List<String> frozen, int hidden) {
        Map<String, Integer> history = new HashMap<>();
        frozen.forEach(field -> history.put(field, 1));
        int lookBack = 0;
        for (InputMapping input : inputs) {
            if (input != null) {
                input.eachField((field, events) -> history.merge(field, events, Math::max));
                lookBack = Math.max(lookBack, lookBack(input));
            }
        }
        List<String> kept = fields.stream()
                .filter(field -> history.getOrDefault(field, 0) > 0)
                .toList();
        int depth = history.values().stream().mapToInt(events -> events).max().orElse(0);
        StateLayout layout = new StateLayout(
                kept.stream().mapToInt(fields::indexOf).toArray(),
                depth,
                frozen.stream().mapToInt(kept::indexOf).toArray(),
                hidden,
                List.of(kept, depth, frozen, hidden).hashCode());
        RowFiller[] fillers = new RowFiller[inputs.size()];
        for (int i = 0; i < fillers.length; i++) {
            InputMapping input = inputs.get(i);
            fillers[i] = input == null ? new RowFiller.Columns(new Column[0]) : filler(input, fields, kept);
        }
        return new FeaturePlan(layout, fillers, lookBack);
    }

    /** Events that a device must have had before the mapping's features have a meaning. */
    private static int lookBack(InputMapping mapping) {
        int[] most = {mapping.needsPast() ? 1 : 0};
        mapping.eachField((field, events) -> most[0] = Math.max(most[0], events));
        return most[0];
    }

    private static RowFiller filler(InputMapping mapping, List<String> fields, List<String> kept) {
        if (mapping instanceof InputMapping.Window window) {
            return new RowFiller.Window(
                    indices(window.fields(), fields), indices(window.fields(), kept), kept.size(), window.events());
        }
        List<Feature> features = ((InputMapping.Row) mapping).features();
        int from = features.get(0) instanceof Feature.Now first ? fields.indexOf(first.field()) : fields.size();
        boolean sideBySide = IntStream.range(0, features.size())
                .allMatch(
                        i -> from + i < fields.size() && features.get(i).equals(new Feature.Now(fields.get(from + i))));
        return sideBySide
                ? new RowFiller.Slice(from, features.size())
                : new RowFiller.Columns(features.stream()
                        .map(feature -> column(feature, fields, kept))
                        .toArray(Column[]::new));
    }

    private static int[] indices(List<String> wanted, List<String> all) {
        return wanted.stream().mapToInt(all::indexOf).toArray();
    }

    private static Column column(Feature feature, List<String> fields, List<String> kept) {
        if (feature instanceof Feature.Constant constant) {
            return Column.constant(constant.number().orElseThrow());
        }
        if (!(feature instanceof Feature.OfField ofField)) {
            return Column.sinceLast();
        }
        int field = fields.indexOf(ofField.field());
        int past = kept.indexOf(ofField.field());
        if (feature instanceof Feature.Lag lag) {
            return Column.lag(past, lag.events());
        }
        if (feature instanceof Feature.Delta delta) {
            return Column.delta(field, past, delta.events());
        }
        if (feature instanceof Feature.Rolling rolling) {
            return Column.rolling(field, past, rolling.statistic(), rolling.over());
        }
        return Column.now(field);
    }

    /** What is kept of each device's past. */
    public StateLayout layout() {
        return layout;
    }

    /** How many events a device must have had before its next one can be judged. */
    public int lookBack() {
        return lookBack;
    }

    /** Whether a row depends on the device's past, or must leave something behind for its future. */
    public boolean stateful() {
        return lookBack > 0 || layout.depth() > 0 || layout.hidden() > 0;
    }

    /** Arrays that {@link #fill} fills, one for each input. */
    public double[][] newRow() {
        double[][] row = new double[inputs.length][];
        for (int i = 0; i < row.length; i++) {
            row[i] = new double[inputs[i].width()];
        }
        return row;
    }

    /** Fills the row of an event; {@code past} is the device's state before it, with enough events. */
    public void fill(double[] now, long timeMs, DeviceState past, double[][] row) {
        for (int i = 0; i < row.length; i++) {
            inputs[i].fill(now, timeMs, past, row[i]);
        }
    }
}
