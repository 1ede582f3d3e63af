package io.millrace.connectors.eventhubs;

import com.azure.messaging.eventhubs.models.EventPosition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.kafka.common.config.ConfigException;

/** Where a partition is begun that has never been read. */
sealed interface StartAt {
    /** With the oldest event that the hub keeps. */
    record Earliest() implements StartAt {}

    /** With what comes next. */
    record Latest() implements StartAt {}

    /** With the first event that was enqueued at this time or later. */
    record At(Instant time) implements StartAt {}

    /** With this sequence number. */
    record Sequence(long number) implements StartAt {}

    static StartAt parse(String key, String text) {
        if (text.equals("earliest")) {
            return new Earliest();
        }
        if (text.equals("latest")) {
            return new Latest();
        }
        try {
            return text.startsWith("sequence:")
                    ? new Sequence(Long.parseLong(text.substring("sequence:".length())))
                    : new At(Instant.parse(text));
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new ConfigException(
                    key, text, "must be earliest, latest, a time such as 2026-01-31T12:00:00Z, or sequence:NUMBER");
        }
    }

    /** The position to ask a hub for while no event has come. */
    default EventPosition position() {
        // A time is inclusive: the service compares with "later than".
        return this instanceof At at
                ? EventPosition.fromEnqueuedTime(at.time().minusMillis(1))
                : EventPosition.earliest();
    }
}
