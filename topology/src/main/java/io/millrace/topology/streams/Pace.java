package io.millrace.topology.streams;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much a model may be asked at once without the stream falling out of its group: from what a row costs, as
 * measured when the model was loaded.
 *
 * <p>The stream thread waits for one chunk at a time, in the middle of a transaction: so a chunk takes {@link
 * #LONGEST_CHUNK} at most, well below {@code transaction.timeout.ms} (10 s in Kafka Streams). And all that one poll
 * brings takes a quarter of {@code max.poll.interval.ms} at most. Kafka Streams itself polls again when half of that
 * interval is over, so that a model that slows down later is no danger either.
 *
 * @param nanosPerRow 0 if unknown
 * @param chunkRows records in one chunk
 */
record Pace(double nanosPerRow, int chunkRows) {
    static final Duration LONGEST_CHUNK = Duration.ofSeconds(1);

    /** Kafka Streams' own {@code max.poll.records}. */
    private static final int USUAL_POLL = 1_000;

    private static final int CHUNKS_PER_POLL = 4;
    private static final long DEFAULT_POLL_INTERVAL_MS = 300_000;

    /** @param rows records in one chunk, if the model is quick enough */
    static Pace of(double nanosPerRow, int rows) {
        return new Pace(nanosPerRow, atMost(rows, LONGEST_CHUNK.toMillis() * 1e6, nanosPerRow));
    }

    /**
     * What {@code max.poll.records} should be: several chunks, so that some can be scored while others are
     * forwarded.
     *
     * @param maxPollIntervalMs as configured; {@code null} for Kafka's default
     */
    int pollRecords(@Nullable Object maxPollIntervalMs) {
        long intervalMs = maxPollIntervalMs == null
                ? DEFAULT_POLL_INTERVAL_MS
                : Long.parseLong(String.valueOf(maxPollIntervalMs).trim());
        int wanted = Math.max(USUAL_POLL, CHUNKS_PER_POLL * chunkRows);
        return atMost(wanted, intervalMs * 1e6 / 4, nanosPerRow);
    }

    /** The most chunks that a poll is cut into, if nobody has configured larger polls. */
    int pollChunks() {
        return Math.max(CHUNKS_PER_POLL, USUAL_POLL / chunkRows + 1);
    }

    private static int atMost(int rows, double nanos, double nanosPerRow) {
        return nanosPerRow <= 0 ? rows : (int) Math.max(1, Math.min(rows, nanos / nanosPerRow));
    }
}
