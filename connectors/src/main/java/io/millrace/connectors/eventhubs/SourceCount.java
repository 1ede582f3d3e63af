package io.millrace.connectors.eventhubs;

import io.millrace.connectors.delivery.Counts;

/** What a source's task counts. */
public enum SourceCount implements Counts.Counted {
    EVENTS("events that became records"),
    DUPLICATES("events that came again and were dropped"),
    LOST("events that the hub no longer had"),
    DEAD_LETTERS("events that could not become records"),
    SUBSCRIPTIONS("times that a partition was subscribed"),
    STALLS("times that a partition had fallen silent with events waiting"),
    STOLEN("times that another reader took a partition");

    private final String text;

    SourceCount(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
