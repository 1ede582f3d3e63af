package io.millrace.loadtest.run;

import io.millrace.loadtest.process.JvmProbe;
import io.millrace.loadtest.process.ThreadCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where the first instance's time went, under load and after the warm-up.
 *
 * @param stages its own times by stage, if it has metrics
 * @param batches rows that a call of the model scored, on average, by second
 * @param threads the CPU that they cost, the dearest first
 * @param machine what its virtual machine did; empty if that was not to be seen
 */
record Insight(List<StageTime> stages, List<Batches> batches, List<ThreadCost> threads, List<Machine> machine) {

    private static final String ROWS = "millrace_batch_rows";

    /**
     * Batches between two readings.
     *
     * @param nanos after the start of the load
     */
    record Batches(long nanos, double rows) {}

    /**
     * What the virtual machine did.
     *
     * @param collectionShare of the time, spent on collecting garbage
     * @param allocatedPerRecord bytes on the heap
     * @param mostHeapBytes in use at any reading
     * @param threads how many were in which state, on average
     */
    record Machine(
            long collections,
            double collectionShare,
            double allocatedPerRecord,
            long mostHeapBytes,
            Map<String, Double> threads) {

        /** What would not be rounded to nothing. */
        private static final double LEAST_SHOWN = 0.05;

        /** In words. */
        String words() {
            return String.format(
                    Locale.ROOT,
                    "%,d collections, %.2f %% of the time; %,.0f bytes allocated per record; heap %,.0f MiB at most",
                    collections,
                    collectionShare * 100,
                    allocatedPerRecord,
                    mostHeapBytes / 1048576.0);
        }

        String threadWords() {
            return threads.entrySet().stream()
                    .filter(state -> state.getValue() >= LEAST_SHOWN)
                    .map(state -> String.format(
                            Locale.ROOT,
                            "%.1f %s",
                            state.getValue(),
                            state.getKey().toLowerCase(Locale.ROOT).replace('_', ' ')))
                    .collect(Collectors.joining(", "));
        }
    }

    static Insight none() {
        return new Insight(List.of(), List.of(), List.of(), List.of());
    }

    /**
     * From readings and samples of one run.
     *
     * @param from when the warm-up ended
     * @param to when the load ended
     */
    static Insight of(List<Inside.Reading> all, List<Sample> samples, long from, long to) {
        List<Inside.Reading> readings = all.stream()
                .filter(reading -> reading.nanos() >= from && reading.nanos() <= to)
                .toList();
        if (readings.size() < 2) {
            return none();
        }
        Inside.Reading first = readings.get(0);
        Inside.Reading last = readings.get(readings.size() - 1);
        return new Insight(
                StageTime.between(first.series(), last.series()),
                batches(all),
                ThreadCost.between(first.threads(), last.threads()),
                machine(readings, samples));
    }

    private static List<Batches> batches(List<Inside.Reading> readings) {
        List<Batches> batches = new ArrayList<>();
        for (int i = 1; i < readings.size(); i++) {
            Inside.Reading before = readings.get(i - 1);
            Inside.Reading now = readings.get(i);
            double calls = now.total(ROWS + "_count") - before.total(ROWS + "_count");
            double rows = now.total(ROWS + "_sum") - before.total(ROWS + "_sum");
            if (calls > 0 && now.nanos() >= 0) {
                batches.add(new Batches(now.nanos(), rows / calls));
            }
        }
        return batches;
    }

    private static List<Machine> machine(List<Inside.Reading> all, List<Sample> samples) {
        List<Inside.Reading> readings =
                all.stream().filter(reading -> reading.machine() != null).toList();
        if (readings.size() < 2) {
            return List.of();
        }
        Inside.Reading first = readings.get(0);
        Inside.Reading last = readings.get(readings.size() - 1);
        JvmProbe.Figures before = figures(first);
        JvmProbe.Figures after = figures(last);
        Map<String, Double> threads = new TreeMap<>();
        readings.forEach(reading -> figures(reading)
                .threads()
                .forEach((state, count) -> threads.merge(state, count / (double) readings.size(), Double::sum)));
        return List.of(new Machine(
                after.collections() - before.collections(),
                (after.collectionMillis() - before.collectionMillis()) * 1e6 / (last.nanos() - first.nanos()),
                (after.allocatedBytes() - before.allocatedBytes())
                        / (double) Math.max(1, seen(samples, last.nanos()) - seen(samples, first.nanos())),
                readings.stream()
                        .mapToLong(reading -> figures(reading).heapBytes())
                        .max()
                        .orElse(0),
                threads));
    }

    private static JvmProbe.Figures figures(Inside.Reading reading) {
        return java.util.Objects.requireNonNull(reading.machine(), "readings without were left out");
    }

    /** Records seen by then. */
    private static long seen(List<Sample> samples, long nanos) {
        return samples.stream()
                .filter(sample -> sample.nanos() <= nanos)
                .mapToLong(Sample::seen)
                .max()
                .orElse(0);
    }
}
