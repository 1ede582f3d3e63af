package io.millrace.connectors.delivery;

import java.time.Duration;

/**
 * How long to wait before a try is made again: twice as long each time, from the first to the longest.
 *
 * @param first after the first failure
 * @param longest at most
 */
public record Backoff(Duration first, Duration longest) {
    /** @param failures in a row so far, 1 or more */
    public Duration after(int failures) {
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, 30));
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }
}
