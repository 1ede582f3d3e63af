package io.millrace.connectors.eventhubs;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a partition rests between subscriptions: not at all after one that gave events, then longer each time. Two
 * readers that take a partition from each other must not do so for ever at full speed: who was robbed rests longer each
 * time, too, until it has had the partition for a minute.
 *
 * <p>Not thread-safe.
 */
final class Pauses {
    private static final long CALM_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long SOUND_NANOS = Duration.ofSeconds(5).toNanos(); // though it gave nothing
    private static final int MOST_DOUBLINGS = 20;

    private final long firstMs;
    private final long longestMs;
    private int failures;
    private int thefts;

    Pauses(Duration first, Duration longest) {
        this.firstMs = first.toMillis();
        this.longestMs = longest.toMillis();
    }

    /**
     * @param fruitful whether the subscription that has ended gave events
     * @param stolen whether another reader has ended it
     * @param livedNanos how long it lasted
     */
    void ended(boolean fruitful, boolean stolen, long livedNanos) {
        failures = fruitful || livedNanos > SOUND_NANOS ? 0 : failures + 1;
        thefts = (livedNanos > CALM_NANOS ? 0 : thefts) + (stolen ? 1 : 0);
    }

    /** Subscriptions in a row that gave nothing. */
    int failures() {
        return failures;
    }

    /** Up to half of it is left to chance, so that partitions do not all come at once. */
    long nextMs() {
        int doublings = Math.min(Math.max(failures, thefts), MOST_DOUBLINGS);
        if (doublings == 0) {
            return 0;
        }
        long pauseMs = Math.min(firstMs << (doublings - 1), longestMs);
        return pauseMs - ThreadLocalRandom.current().nextLong(pauseMs / 2 + 1);
    }
}
