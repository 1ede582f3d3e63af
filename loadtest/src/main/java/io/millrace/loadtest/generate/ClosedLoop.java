package io.millrace.loadtest.generate;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * How latency is often measured, beside the load and for comparison: a client that sends a record of a device of its
 * own, waits for its prediction, and only then sends the next. While the pipeline stands still it sends nothing, so
 * that a stall of any length is one sample (coordinated omission). Its records are accounted for with the others and
 * are in no latency but its own.
 */
public final class ClosedLoop implements AutoCloseable {

    private static final long NONE = Long.MIN_VALUE;

    private final Load load;
    private final LongSupplier clock;
    private final int device;
    private final BlockingQueue<Long> answers = new ArrayBlockingQueue<>(1);
    private final Histogram latency = new Histogram(3);
    private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    private volatile boolean closing;

    /**
     * A closed loop that has not begun.
     *
     * @param load that it goes beside, and as long as
     * @param clock nanoseconds after the start of the run
     */
    public ClosedLoop(Load load, LongSupplier clock) {
        this.load = load;
        this.clock = clock;
        this.device = load.fleet().devices();
    }

    /** Begins, on a thread of its own, which closes the sink in the end. */
    public void start(Sink sink) {
        done = CompletableFuture.runAsync(() -> run(sink), task -> {
            Thread thread = new Thread(task, "closed-loop");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** A prediction has become visible, of this loop's device or of another. */
    public void predicted(int who, long visibleNanos) {
        if (who == device) {
            answers.offer(visibleNanos);
        }
    }

    private void run(Sink sink) {
        JsonPayload payload = new JsonPayload(load.layout(), load.features(), load.bytes(), load.seed(), load.named());
        byte[] key = Fleet.newKey(device);
        try (sink) {
            for (int sequence = 0; clock.getAsLong() < load.schedule().durationNanos(); sequence++) {
                answers.clear(); // in this order, or what close() offers could be lost
                if (closing) {
                    return;
                }
                long millis = System.currentTimeMillis();
                long sent = clock.getAsLong();
                byte[] value = payload.render(sequence, key, sequence, millis);
                sink.send(key, value, millis, device, sequence, Journal.IN_NO_LATENCY, false);
                long visible = answers.take();
                if (visible != NONE && sent >= load.warmupNanos()) {
                    latency.recordValue(Math.max(0, visible - sent));
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("the closed loop must not be interrupted", e);
        }
    }

    /** Waits until the load's time is over. */
    void awaitEnd() {
        done.join();
    }

    /** Ends it, waiting for no answer any more, and throws what went wrong. */
    @Override
    public void close() {
        closing = true;
        answers.offer(NONE);
        done.join();
    }

    /** From send to visible, after the warm-up, in nanoseconds. To be called when it is closed; empty if it never began. */
    public Histogram latency() {
        return latency;
    }
}
