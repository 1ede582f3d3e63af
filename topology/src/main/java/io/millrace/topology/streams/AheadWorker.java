package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work that is done on records before their turn comes. One thread at a time uses a worker; there are as
 * many as threads that work at once.
 *
 * @param <R> what a record becomes
 */
public interface AheadWorker<R> extends AutoCloseable {
    /** Puts each record's result at the record's own index. An exception fails every record of the chunk. */
    void work(List<RawEvent> records, @Nullable R[] results);

    @Override
    void close();
}
