package io.millrace.topology.decide;

import java.util.Locale;

/** Why an alert's record was written. */
public enum Cause {
    /** Some of the last events speak for it. A step on the way. */
    PENDING,
    /** They no longer do, and it was never raised. A step on the way. */
    WITHDRAWN,
    RAISED,
    ESCALATED,
    DE_ESCALATED,
    /** Some of the last events speak for its end. A step on the way. */
    RECOVERING,
    /** They no longer do. A step on the way. */
    RELAPSED,
    /** What clears it held for long enough. */
    RESOLVED,
    /** It was raised too often in a short time: from here on it is one flapping alert. */
    FLAPPING,
    /** It flaps no more, and goes on, or is over. */
    CALMED,
    /** The device has fallen silent. */
    STALE,
    /** The device has spoken again. */
    BACK,
    /** The device was silent for so long that the rule gives the alert up. */
    SILENT,
    /** It was raised by events of the past, and is still open now that the present is reached. */
    CAUGHT_UP,
    /** The device is no more. */
    DEVICE_RETIRED,
    /** The pipeline has the rule no more. */
    RULE_REMOVED,
    /** Resolved for so long that its record is deleted. */
    FORGOTTEN;

    /** Whether it is only a step on the way, which is told only on request. */
    boolean step() {
        return switch (this) {
            case PENDING, WITHDRAWN, RECOVERING, RELAPSED -> true;
            default -> false;
        };
    }

    /** Whether an event has made it an alert, or a worse one. */
    public boolean rises() {
        return this == RAISED || this == ESCALATED || this == FLAPPING;
    }

    /** As on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
