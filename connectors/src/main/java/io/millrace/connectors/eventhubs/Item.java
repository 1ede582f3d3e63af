package io.millrace.connectors.eventhubs;

import com.azure.messaging.eventhubs.EventData;

/** What a partition gives, in its order. */
sealed interface Item {
    String partition();

    String hub();

    /** An event. */
    record Event(String partition, String hub, EventData data) implements Item {}

    /**
     * Events that are gone.
     *
     * @param from the first one's sequence number
     * @param to the last one's; {@code from - 1} where their number cannot be told
     * @param next the sequence number that follows in the hub as it is now
     */
    record Loss(String partition, String hub, Reason reason, long from, long to, long next) implements Item {
        long count() {
            return to - from + 1;
        }
    }

    /** How events come to be gone. */
    enum Reason {
        RETENTION("the hub dropped them before they were read"),
        SKIPPED("the hub left them out"),
        RECREATED("the hub begins anew: it was deleted and made again, and what was not read of the old one is gone"),
        MOVED(
                "another hub is behind the endpoint, as after a failover; what was not read of the former is not read here");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
