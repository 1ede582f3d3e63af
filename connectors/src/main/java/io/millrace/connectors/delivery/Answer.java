package io.millrace.connectors.delivery;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What came of handing something over. */
public sealed interface Answer {
    /**
     * The receiver has it.
     *
     * @param text what it said
     * @param headers beside it
     */
    record Accepted(String text, HttpHeaders headers) implements Answer {}

    /** The receiver does not want it, and never will. */
    record Refused(String why) implements Answer {}

    /**
     * It may go well another time.
     *
     * @param retryAfter how long the receiver asks to be left alone
     */
    record Unavailable(String why, Optional<Duration> retryAfter) implements Answer {}

    /** Nothing had to be handed over. */
    record Nothing() implements Answer {}

    /** The receiver has it, and said no more. */
    static Answer accepted() {
        return new Accepted("", HttpHeaders.of(Map.of(), (name, value) -> true));
    }
}
