package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What a polled record carries to its turn in {@code process()}: its chunk, its place in it, and how many records
 * from there on have their turn with it. A header is the one thing that Kafka Streams hands through unread; this one
 * never leaves the process, and would be empty there.
 */
final class AheadRef<R> implements Header {
    static final String KEY = "millrace-ahead";
    private static final byte[] NOTHING = {};

    private final LookAhead<R> owner;
    private final AheadChunk<R> chunk;
    private final int index;
    private final int count;
    private @Nullable Turn turn;

    AheadRef(LookAhead<R> owner, AheadChunk<R> chunk, int index, int count) {
        this.owner = owner;
        this.chunk = chunk;
        this.index = index;
        this.count = count;
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public byte[] value() {
        return NOTHING;
    }

    LookAhead<R> owner() {
        return owner;
    }

    AheadChunk<R> chunk() {
        return chunk;
    }

    int index() {
        return index;
    }

    /** How many records have their turn now: the one at {@link #index}, and those behind it. */
    int count() {
        return count;
    }

    RawEvent raw() {
        return chunk.records().get(index);
    }

    /** What has become of the turn so far: Kafka Streams tries a record again when the producer's buffer was full. */
    Turn turn() {
        if (turn == null) {
            turn = new Turn(chunk.headers().subList(index, index + count));
        }
        return turn;
    }
}
