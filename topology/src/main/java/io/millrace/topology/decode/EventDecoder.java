package io.millrace.topology.decode;

import io.millrace.topology.ingest.RawEvent;

/**
 * Reads the wanted fields out of a record in one pass. The fields are fixed when the decoder is made.
 *
 * <p>Not thread-safe: one decoder per thread.
 */
public interface EventDecoder {
    /**
     * Decodes one record into the given holder.
     *
     * @return {@code into}, filled; or the reason why the record cannot be decoded. Never throws for bad input.
     */
    Decoded decode(RawEvent raw, Event into);
}
