package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Records of one poll that are worked on together. Whoever comes first does the work: a scorer thread, or the
 * stream thread when the first record's turn comes and nobody has started yet. {@link FutureTask} settles that.
 */
final class AheadChunk<R> {
    private final List<RawEvent> records;
    private final List<Headers> headers;
    private final FutureTask<List<R>> task;
    private long bytes;
    private @Nullable AheadChunk<R> next;

    /** @param size how many records it will have at most */
    AheadChunk(int size, Function<List<RawEvent>, List<R>> work) {
        records = new ArrayList<>(size);
        headers = new ArrayList<>(size);
        task = new FutureTask<>(() -> work.apply(records));
    }

    /** Before the work begins. */
    void add(ConsumerRecord<byte[], byte[]> record, @Nullable String deviceHeader) {
        records.add(SourceHeaders.named(deviceHeader, SourceHeaders.rawEvent(record), record.headers()));
        headers.add(record.headers());
        bytes += record.value() == null ? 0 : record.value().length;
    }

    int size() {
        return records.size();
    }

    /** Of all records' values. */
    long bytes() {
        return bytes;
    }

    List<RawEvent> records() {
        return records;
    }

    /** Each record's headers. */
    List<Headers> headers() {
        return headers;
    }

    /** Tells which chunk of the poll comes after this one, before any work begins. */
    void setNext(AheadChunk<R> next) {
        this.next = next;
    }

    /** What a scorer thread runs. */
    Runnable task() {
        return task;
    }

    boolean isDone() {
        return task.isDone();
    }

    /**
     * Does the work here unless it was done or begun elsewhere, and waits for it: busy with the chunks that follow, as
     * long as nobody has begun those either.
     */
    List<R> results() {
        for (AheadChunk<R> chunk = this; chunk != null && !isDone(); chunk = chunk.next) {
            chunk.task.run(); // does nothing if it was done or begun
        }
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
}
