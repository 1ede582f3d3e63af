package io.millrace.loadtest.generate;

import io.millrace.loadtest.schedule.Schedule;

/**
 * What to send.
 *
 * @param warmupNanos at the beginning, in which the generator may still be late: its code is not compiled yet
 * @param layout how a record holds its numbers
 * @param features numbers of each record
 * @param bytes of each record's value, at least
 * @param malformed share of records spoilt on purpose, 0 to 1
 * @param named whether each record holds its device's name, for where it gets no key
 * @param threads sending threads, each with a producer of its own and its share of the devices
 */
public record Load(
        Schedule schedule,
        long warmupNanos,
        Fleet fleet,
        Layout layout,
        int features,
        int bytes,
        double malformed,
        boolean named,
        int threads,
        long seed) {

    /** The {@code seq} of each device's first record. */
    public static final long FIRST_SEQUENCE = JsonPayload.FIRST_SEQUENCE;

    public Load {
        if (!(malformed >= 0 && malformed <= 1)) {
            throw new IllegalArgumentException("payload.malformed must be between 0 and 1, got: " + malformed);
        }
        if (threads < 1 || threads > 64) {
            throw new IllegalArgumentException("load.threads must be between 1 and 64, got: " + threads);
        }
    }
}
