package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import org.apache.kafka.common.header.Header;

/**
 * What a polled record carries to its turn in {@code process()}: its chunk, and its place in it. A header is the
 * one thing that Kafka Streams hands through unread; this one never leaves the process, and would be empty there.
 */
record AheadRef<R>(LookAhead<R> owner, AheadChunk<R> chunk, int index) implements Header {
    static final String KEY = "millrace-ahead";
    private static final byte[] NOTHING = {};

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public byte[] value() {
        return NOTHING;
    }

    RawEvent raw() {
        return chunk.records().get(index);
    }
}
