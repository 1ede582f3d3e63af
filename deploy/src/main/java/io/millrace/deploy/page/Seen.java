package io.millrace.deploy.page;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One record of one of the four topics, as far as the view cares. Times are epoch milliseconds. */
sealed interface Seen {

    /**
     * What a device sent.
     *
     * @param values one for each signal, NaN where the payload has no number there
     */
    @SuppressWarnings("ArrayRecordComponent") // made for one consumer, compared by nobody
    record Telemetry(String device, long time, double[] values) implements Seen {}

    /**
     * What the model said.
     *
     * @param scores empty where the quality is not OK
     * @param provider what ran the model on this very record; empty if the record does not say
     */
    record Prediction(
            String device,
            long time,
            Map<String, Double> scores,
            String quality,
            @Nullable String reason,
            String provider)
            implements Seen {}

    /**
     * The record of an alert.
     *
     * @param device the device; of a storm its group
     * @param firing whether it is open
     * @param state its state as the record tells it
     * @param note how it is told, where that is worth saying: acknowledged, silenced, late, in a storm; or empty
     * @param history true if the record was there before the view began to look
     */
    record Alert(
            String device,
            String rule,
            boolean firing,
            String severity,
            double value,
            long since,
            long time,
            long revision,
            String model,
            boolean history,
            String state,
            String note)
            implements Seen {
        /** One that fires, or is resolved, and nothing more. */
        Alert(
                String device,
                String rule,
                boolean firing,
                String severity,
                double value,
                long since,
                long time,
                long revision,
                String model,
                boolean history) {
            this(
                    device,
                    rule,
                    firing,
                    severity,
                    value,
                    since,
                    time,
                    revision,
                    model,
                    history,
                    firing ? "FIRING" : "RESOLVED",
                    "");
        }

        String key() {
            return device + "/" + rule;
        }
    }

    /** The row of an alert was deleted from the compacted topic. */
    record AlertGone(String key) implements Seen {}

    /**
     * A record could not be scored.
     *
     * @param source topic, partition and offset of the rejected record
     */
    record DeadLetter(long time, String stage, String reason, String field, String detail, String source, String device)
            implements Seen {}

    /** A record that this view could not read; the pipeline may well have. */
    record Unreadable() implements Seen {}
}
