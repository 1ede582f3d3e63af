package io.millrace.deploy.page;

import java.util.List;

/**
 * What the view has seen since it began to look.
 *
 * @param events records of the source topic
 * @param predictions records of the predictions topic
 * @param insufficient those of them whose quality was not OK
 * @param deadLetters records of the dead-letters topic
 * @param alertsRaised alerts that went to FIRING
 * @param alertsCleared alerts that went to RESOLVED
 * @param sampled records that were counted but not looked into, because there were too many
 * @param skipped offsets that were jumped over, because the view had fallen behind; they are in none of the counts
 * @param firstPredictionSeen when the first prediction was seen, epoch milliseconds; 0 if none was
 * @param latency of all predictions looked into
 * @param transitions the raises and clears, oldest first; the last 10,000
 * @param unjudged the insufficient predictions, oldest first; the last 10,000
 */
public record Summary(
        long events,
        long predictions,
        long insufficient,
        long deadLetters,
        long alertsRaised,
        long alertsCleared,
        long sampled,
        long skipped,
        long firstPredictionSeen,
        Latency latency,
        List<AlertTransition> transitions,
        List<Unjudged> unjudged) {

    /**
     * An event that the model could not judge.
     *
     * @param time event time, epoch milliseconds
     */
    public record Unjudged(String device, long time) {}
}
