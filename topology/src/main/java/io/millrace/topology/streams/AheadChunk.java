package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Records of one poll that are worked on together. Whoever comes first does the work: a scorer thread, or the
 * stream thread when the first record's turn comes and nobody has started yet. {@link FutureTask} settles that.
 */
final class AheadChunk<R> {
    private final List<RawEvent> records;
    private final FutureTask<List<R>> task;

    AheadChunk(List<RawEvent> records, Callable<List<R>> work) {
        this.records = records;
        this.task = new FutureTask<>(work);
    }

    List<RawEvent> records() {
        return records;
    }

    /** What a scorer thread runs. */
    Runnable task() {
        return task;
    }

    boolean isDone() {
        return task.isDone();
    }

    /** Does the work here unless it was done or begun elsewhere, and waits for it. */
    List<R> results() {
        task.run();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the scores of " + records.get(0), e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(cause);
        }
    }

    R result(int index) {
        return results().get(index);
    }
}
