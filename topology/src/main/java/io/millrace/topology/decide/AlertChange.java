package io.millrace.topology.decide;

/**
 * An alert was raised or cleared.
 *
 * @param device the device id as UTF-8
 * @param rule the rule that decided
 * @param before the state that the event found; a clear tells its {@code sinceMs}
 * @param after the state that the event left
 * @param timeMs event time of the event that decided, epoch milliseconds
 * @param scores the scores that decided
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, and never compared
public record AlertChange(
        byte[] device, AlertRule rule, AlertState before, AlertState after, long timeMs, double[] scores) {

    /** Whether this is a raise; a clear otherwise. */
    public boolean raised() {
        return after.open();
    }

    /** Event time of the first event that spoke for the raise. */
    public long sinceMs() {
        return raised() ? after.sinceMs() : before.sinceMs();
    }
}
