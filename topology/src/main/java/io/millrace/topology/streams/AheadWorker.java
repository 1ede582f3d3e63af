package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import java.util.List;

/**
 * The work that is done on records before their turn comes. One thread at a time uses a worker; there are as
 * many as threads that work at once.
 *
 * @param <R> what a record becomes
 */
public interface AheadWorker<R> extends AutoCloseable {
    /** Returns each record's result, in the records' order. An exception fails every record of the chunk. */
    List<R> work(List<RawEvent> records);

    @Override
    void close();
}
