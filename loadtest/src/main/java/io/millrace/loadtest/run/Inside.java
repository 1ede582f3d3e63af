package io.millrace.loadtest.run;

import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.process.JvmProbe;
import io.millrace.loadtest.process.ThreadCost;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads once a second what the first instance says about itself: its metrics, and what its virtual machine knows. On a
 * thread of its own, since an instance that stands still does not answer.
 */
final class Inside implements AutoCloseable {

    private static final long CLOSE_MILLIS = 2_000;

    /**
     * What it said at a moment.
     *
     * @param nanos after the start of the load
     * @param series its metrics; none if it has none
     * @param machine null if it is no virtual machine that can be looked into
     * @param threads CPU nanoseconds so far, by name
     */
    record Reading(
            long nanos, Map<String, Double> series, JvmProbe.@Nullable Figures machine, Map<String, Long> threads) {

        /** The sum over all series of this name. */
        double total(String name) {
            return series.entrySet().stream()
                    .filter(entry ->
                            entry.getKey().equals(name) || entry.getKey().startsWith(name + "{"))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
        }
    }

    private final ChildProcess instance;
    private final String metrics;
    private final LongSupplier clock;
    private final List<Reading> readings = new CopyOnWriteArrayList<>();
    /** Of that thread alone. */
    private @Nullable JvmProbe probe;

    private final Thread thread = new Thread(this::readOn, "inside");

    /** Begins to read. */
    Inside(ChildProcess instance, String metrics, LongSupplier clock) {
        this.instance = instance;
        this.metrics = metrics;
        this.clock = clock;
        thread.setDaemon(true);
        thread.start();
    }

    List<Reading> readings() {
        return List.copyOf(readings);
    }

    /** What was read before the load began, by another clock, counts for nothing. */
    void forget() {
        readings.clear();
    }

    private void readOn() {
        try {
            while (!Thread.currentThread().isInterrupted() && instance.isAlive()) {
                JvmProbe.Figures machine = machine();
                readings.add(new Reading(
                        clock.getAsLong(),
                        StageTime.read(metrics),
                        machine,
                        ThreadCost.of(instance.pids().toList())));
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is over
        } finally {
            detach();
        }
    }

    /** Attaches where that has not been possible so far: a launcher becomes a virtual machine only after a while. */
    private JvmProbe.@Nullable Figures machine() {
        if (probe == null) {
            probe = instance.pids()
                    .map(JvmProbe::attach)
                    .flatMap(Optional::stream)
                    .findFirst()
                    .orElse(null);
        }
        try {
            return probe == null ? null : probe.read();
        } catch (IOException e) {
            detach(); // it has ended, or closed its doors
            return null;
        }
    }

    private void detach() {
        if (probe != null) {
            probe.close();
            probe = null;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is a daemon and ends by itself
        }
    }
}
