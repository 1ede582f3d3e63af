package io.millrace.loadtest.schedule;

/**
 * The intended send times of a run, in nanoseconds after its start. Latency is measured from them, so they are
 * fixed before the run begins and nothing that happens during it can move them.
 *
 * <p>Immutable; every cursor walks the same sequence, so several threads can each walk all of it and send their share.
 */
public interface Schedule {

    /** A new walk over the sequence, from its first record. */
    Cursor cursor();

    /** How long the load lasts. */
    long durationNanos();

    /** One walk. Not thread-safe. */
    interface Cursor {
        /** What {@link #next} returns once the schedule is over. */
        long END = -1;

        /** The next record's intended send time in nanoseconds after the start, never earlier than the one before. */
        long next();
    }
}
