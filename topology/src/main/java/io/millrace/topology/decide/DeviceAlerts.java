package io.millrace.topology.decide;

import io.millrace.topology.key.DeviceId;
import java.util.List;

/** The states of one device with all rules of the pipeline. */
final class DeviceAlerts {
    static final long NOT_QUEUED = Long.MAX_VALUE;

    final DeviceId device;
    final AlertState[] states;
    /** What is left of rules that the pipeline has no more. */
    final List<Leftover> leftovers;
    /** Event time of the device's newest event since this was loaded; not stored, since most events change nothing. */
    long lastMs = AlertState.NEVER;
    /** The wall clock's time when its last event was processed, or its state was loaded. */
    long heardMs;
    /** The wall clock's time at which it is to be looked at; {@link #NOT_QUEUED}: not at all. */
    long dueMs = NOT_QUEUED;
    /** How far its newest event was behind when that was last looked at. */
    long behindMs = Long.MAX_VALUE;

    /** The state of a rule that is gone. */
    record Leftover(String name, AlertState state) {}

    DeviceAlerts(DeviceId device, AlertState[] states, List<Leftover> leftovers) {
        this.device = device;
        this.states = states;
        this.leftovers = leftovers;
    }

    boolean held() {
        for (AlertState state : states) {
            if (state.held && state.open()) {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing need be known of it. */
    boolean blank() {
        for (AlertState state : states) {
            if (!state.blank()) {
                return false;
            }
        }
        return leftovers.isEmpty();
    }
}
