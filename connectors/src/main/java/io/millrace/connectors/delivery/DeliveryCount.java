package io.millrace.connectors.delivery;

/** What a sink's task counts. */
public enum DeliveryCount implements Counts.Counted {
    DELIVERED("records that the receiver has taken"),
    FAILED("records that the receiver refused, or did not take for too long"),
    RETRIES("times that something was left to be tried again"),
    DELIVERIES("times that something was handed to the receiver"),
    DELIVERY_MS("milliseconds that this took");

    private final String text;

    DeliveryCount(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
