package io.millrace.topology.decide;

import io.millrace.topology.config.AlertConfig.Severity;
import org.jspecify.annotations.Nullable;

/**
 * An alert has changed, and it is to be told.
 *
 * @param device the device id as UTF-8
 * @param name the rule's name
 * @param rule the rule; {@code null} if the pipeline has it no more
 * @param state the name of its state now
 * @param cause why it is told
 * @param severity how bad it is, or was
 * @param late whether the event that decided belongs to the past
 * @param sinceMs event time of the first event that spoke for the raise, epoch milliseconds
 * @param timeMs event time of the event that decided, or the wall clock's time where silence decided
 * @param revision how many changes of this alert were told
 * @param scores the scores that decided; {@code null} where no event did
 * @param fields the payload's values that rules look at; empty where no event decided
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, and never compared
public record AlertChange(
        byte[] device,
        String name,
        @Nullable AlertRule rule,
        String state,
        Cause cause,
        Severity severity,
        boolean late,
        long sinceMs,
        long timeMs,
        int revision,
        double @Nullable [] scores,
        double[] fields) {}
