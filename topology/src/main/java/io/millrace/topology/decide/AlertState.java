package io.millrace.topology.decide;

/**
 * Where one device stands with one rule.
 *
 * <pre>
 *            some events speak for it        enough do
 *   QUIET ----------------------------> PENDING -----> FIRING <-----------+
 *     ^  ^                                |              | some events    | none of the window
 *     |  +------ none of the window ------+              v speak for      | speaks for clearing
 *     |                                               RECOVERING ---------+
 *     +-------------- enough speak for clearing ---------+
 * </pre>
 *
 * <p>With a window of one the states in between are never entered. The revision grows by one with each raise and
 * each clear, so that whoever has seen a revision can ignore it when it comes again.
 *
 * @param status the state
 * @param events one bit for each of the last events, the newest lowest: whether it spoke for the next step
 * @param sinceMs event time of the first event that spoke for raising; 0 while quiet
 * @param revision raises and clears so far
 */
public record AlertState(Status status, long events, long sinceMs, int revision) {
    /** A device that has never come near the rule; need not be stored. */
    public static final AlertState INITIAL = new AlertState(Status.QUIET, 0, 0, 0);

    /** The states. */
    public enum Status {
        QUIET('q'),
        PENDING('p'),
        FIRING('f'),
        RECOVERING('r');

        private final byte code;

        Status(char code) {
            this.code = (byte) code;
        }

        /** What is stored. */
        byte code() {
            return code;
        }

        static Status of(byte code) {
            for (Status status : values()) {
                if (status.code == code) {
                    return status;
                }
            }
            throw new IllegalStateException("stored alert status must be one of q, p, f, r, got: " + (char) code);
        }
    }

    /** The state after one more event. */
    public AlertState next(AlertRule rule, double[] scores, long timeMs) {
        return switch (status) {
            case QUIET, PENDING -> towardsRaise(rule, rule.shift(events, rule.raises(scores)), timeMs);
            case FIRING, RECOVERING -> towardsClear(rule, rule.shift(events, rule.clears(scores)));
        };
    }

    private AlertState towardsRaise(AlertRule rule, long seen, long timeMs) {
        if (seen == 0) {
            return status == Status.QUIET ? this : new AlertState(Status.QUIET, 0, 0, revision);
        }
        long since = status == Status.QUIET ? timeMs : sinceMs;
        return rule.enough(seen)
                ? new AlertState(Status.FIRING, 0, since, revision + 1)
                : new AlertState(Status.PENDING, seen, since, revision);
    }

    private AlertState towardsClear(AlertRule rule, long seen) {
        if (rule.enough(seen)) {
            return new AlertState(Status.QUIET, 0, 0, revision + 1);
        }
        if (seen == 0) {
            return status == Status.FIRING ? this : new AlertState(Status.FIRING, 0, sinceMs, revision);
        }
        return new AlertState(Status.RECOVERING, seen, sinceMs, revision);
    }

    /** Whether the step from an earlier state to this one is to be told: a raise or a clear. */
    public boolean tells(AlertState before) {
        return revision != before.revision;
    }

    /** Whether the alert is open. */
    public boolean open() {
        return status == Status.FIRING || status == Status.RECOVERING;
    }
}
