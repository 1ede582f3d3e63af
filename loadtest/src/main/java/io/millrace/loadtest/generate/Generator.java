package io.millrace.loadtest.generate;

import io.millrace.loadtest.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Sends a load, open loop: each record at its intended time, whatever became of those before. If a send blocks, the
 * next ones are late, and their delay is on record.
 *
 * <p>Every thread walks the whole schedule and sends the records of its own devices. So the n-th record is the same
 * whatever the number of threads, and one device's records leave through one producer, in order.
 */
public final class Generator {

    private static final long LONGEST_DELAY = 3_600_000_000_000L;

    private final Load load;
    private final Ticker ticker;
    private final List<Sink> sinks = new ArrayList<>();
    private final int[] sequences;
    private final LongAdder handedOver = new LongAdder();
    private volatile boolean stopped;

    /**
     * A generator whose sinks are open and whose load has not begun.
     *
     * @param newSink makes one sink for each thread
     */
    public Generator(Load load, Ticker ticker, Supplier<Sink> newSink) {
        this.load = load;
        this.ticker = ticker;
        this.sequences = new int[load.fleet().devices()];
        for (int i = 0; i < load.threads(); i++) {
            sinks.add(newSink.get());
        }
    }

    /** Records handed over so far. */
    public long progress() {
        return handedOver.sum();
    }

    /** Ends the run early. */
    public void stop() {
        stopped = true;
    }

    /**
     * Runs the load to its end, once, and waits until the journal knows of every record.
     *
     * @param startNanos the run's beginning on the ticker's clock
     * @param startMillis the same moment in epoch milliseconds
     */
    public Generated run(long startNanos, long startMillis) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(load.threads());
        try {
            List<Future<Generated>> parts = new ArrayList<>();
            for (int i = 0; i < load.threads(); i++) {
                int index = i;
                Sink sink = sinks.get(i);
                parts.add(threads.submit(() -> {
                    try (sink) {
                        return send(index, sink, startNanos, startMillis);
                    }
                }));
            }
            Generated total = new Generated(0, 0, load.schedule().durationNanos(), 0, newHistogram());
            for (Future<Generated> part : parts) {
                total = add(total, part.get());
            }
            return total;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a generator thread failed: " + e.getCause(), e.getCause());
        } finally {
            stopped = true;
            threads.shutdown();
        }
    }

    private Generated send(int thread, Sink sink, long startNanos, long startMillis) {
        Fleet fleet = load.fleet();
        JsonPayload payload = new JsonPayload(load.layout(), load.features(), load.bytes(), load.seed(), load.named());
        Histogram delays = newHistogram();
        Schedule.Cursor cursor = load.schedule().cursor();
        long records = 0;
        long malformed = 0;
        long n = 0;
        for (long at = cursor.next(); at != Schedule.Cursor.END && !stopped; at = cursor.next(), n++) {
            int device = fleet.deviceOf(n);
            if (device % load.threads() != thread) {
                continue;
            }
            ticker.sleepUntil(startNanos + at);
            if (at >= load.warmupNanos()) {
                delays.recordValue(Math.min(LONGEST_DELAY, Math.max(0, ticker.nanos() - startNanos - at)));
            }
            long millis = startMillis + at / 1_000_000;
            int sequence = sequences[device]++;
            boolean bad = load.malformed() > 0 && Mix.unit(Mix.of(load.seed() + 2, n)) < load.malformed();
            byte[] key = fleet.key(device);
            byte[] value = bad ? payload.malformed(n, key, sequence, millis) : payload.render(n, key, sequence, millis);
            sink.send(key, value, millis, device, sequence, at, bad);
            handedOver.increment();
            records++;
            malformed += bad ? 1 : 0;
        }
        return new Generated(records, malformed, 0, ticker.nanos() - startNanos, delays);
    }

    private static Generated add(Generated a, Generated b) {
        a.scheduleDelay().add(b.scheduleDelay());
        return new Generated(
                a.records() + b.records(),
                a.malformed() + b.malformed(),
                a.plannedNanos(),
                Math.max(a.tookNanos(), b.tookNanos()),
                a.scheduleDelay());
    }

    private static Histogram newHistogram() {
        return new Histogram(LONGEST_DELAY, 3);
    }
}
