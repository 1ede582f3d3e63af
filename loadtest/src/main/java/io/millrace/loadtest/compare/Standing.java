package io.millrace.loadtest.compare;

import io.millrace.loadtest.pipeline.Contestant;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One contestant's drains, over all rounds.
 *
 * @param faults what {@code verify} found wrong with the first round's output; empty if nothing
 */
record Standing(Contestant contestant, List<Drain> drains, List<String> faults) {

    double median(ToDoubleFunction<Drain> figure) {
        double[] sorted = drains.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double least(ToDoubleFunction<Drain> figure) {
        return drains.stream().mapToDouble(figure).min().orElseThrow();
    }

    double most(ToDoubleFunction<Drain> figure) {
        return drains.stream().mapToDouble(figure).max().orElseThrow();
    }
}
