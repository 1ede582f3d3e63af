package io.millrace.deploy.demo;

import java.util.List;
import java.util.OptionalLong;

/**
 * What became of the injected faults.
 *
 * @param outcomes one for each fault that had started, in the order of their starts
 * @param raised alerts that fired
 * @param cleared alerts that were resolved
 * @param falseAlerts alerts that fired on a pump that had no fault then
 */
public record Findings(List<Outcome> outcomes, int raised, int cleared, int falseAlerts) {
    public Findings {
        outcomes = List.copyOf(outcomes);
    }

    /**
     * One fault and what was seen of it.
     *
     * @param foundMs when it was found, epoch milliseconds: its first alert, or for a silent sensor the first
     *     prediction of quality {@code INSUFFICIENT}
     * @param clearedMs when the alert that found it was resolved
     */
    public record Outcome(Fault fault, OptionalLong foundMs, OptionalLong clearedMs) {
        public boolean found() {
            return foundMs.isPresent();
        }

        /** From the fault's start until it was found. */
        public OptionalLong delayMs() {
            return foundMs.isPresent() ? OptionalLong.of(foundMs.getAsLong() - fault.startMs()) : foundMs;
        }
    }

    /** How many of a kind were injected. */
    public long injected(FaultKind kind) {
        return outcomes.stream()
                .filter(outcome -> outcome.fault().kind() == kind)
                .count();
    }

    /** How many of a kind were found. */
    public long found(FaultKind kind) {
        return outcomes.stream()
                .filter(outcome -> outcome.fault().kind() == kind && outcome.found())
                .count();
    }

    /** The median delay of those found of a kind, the lower one of two; empty if none was found. */
    public OptionalLong medianDelayMs(FaultKind kind) {
        long[] delays = outcomes.stream()
                .filter(outcome -> outcome.fault().kind() == kind)
                .flatMapToLong(outcome -> outcome.delayMs().stream())
                .sorted()
                .toArray();
        return delays.length == 0 ? OptionalLong.empty() : OptionalLong.of(delays[(delays.length - 1) / 2]);
    }
}
