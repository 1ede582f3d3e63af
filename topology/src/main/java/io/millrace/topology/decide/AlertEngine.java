package io.millrace.topology.decide;

import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.decide.DeviceAlerts.Leftover;
import io.millrace.topology.key.DeviceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of all devices of a task. Events move them, by event time; {@link #tick} finishes by the wall clock what
 * silence leaves open.
 *
 * <p>Two clocks, then. What depends on a device's events (windows, durations, hold, cool-down, flapping) goes by their
 * event time, so that a replay decides as the first run did. Silence goes by the wall clock: the time since the device's
 * last event was processed here, so that neither an outage of the pipeline nor a device's wrong clock counts as silence.
 * While the task works off a backlog no device is silent.
 *
 * <p>An event that is older than its device's newest by up to {@link #LATE_MS} counts among the last events, and time
 * stands still. If it is older still, the device's clock was set back: events before it no longer count.
 *
 * <p>Devices to be looked at are queued by when they are due; a tick looks at {@link #MOST_PER_TICK} at most. A device
 * that never came near a rule has no entry, costs one look-up an event, and allocates nothing. Not thread-safe.
 */
public final class AlertEngine {
    static final int MOST_PER_TICK = 1_000;
    static final long LATE_MS = 5 * 60_000;
    /** When an alert of the past is first looked at, in case its device never reaches the present. */
    static final long SETTLE_MS = 30_000;

    private final List<AlertRule> rules;
    private final AlertCodec codec;
    private final long catchUpMs;
    private final long keepMs;
    private final Output output;
    private final Map<DeviceId, DeviceAlerts> devices = new HashMap<>();
    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private final DeviceId probe = new DeviceId(new byte[0]);
    private long nowMs;
    private long newestMs = Long.MIN_VALUE;
    private long behindMs = Long.MAX_VALUE;
    private boolean catchingUp;

    /** Where it writes. */
    public interface Output {
        /** @param state what {@link #load} reads; {@code null}: nothing need be kept */
        void store(byte[] device, byte @Nullable [] state);

        void tell(AlertChange change);
    }

    private record Due(long atMs, DeviceAlerts device) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(atMs, other.atMs);
        }
    }

    public AlertEngine(List<AlertRule> rules, AlertingConfig config, Output output) {
        this.rules = List.copyOf(rules);
        this.codec = new AlertCodec(this.rules);
        this.catchUpMs = config.catchUp().toMillis();
        this.keepMs = config.keep().toMillis();
        this.output = output;
    }

    /** Takes in what was stored of a device, before its first event. */
    public void load(byte[] device, byte[] stored, long nowMs) {
        DeviceAlerts alerts = codec.read(new DeviceId(device), stored);
        alerts.heardMs = nowMs;
        for (AlertState state : alerts.states) {
            boolean unknown = !state.open() && state.revision > 0 && state.restMs == AlertState.NEVER;
            state.restMs = unknown ? nowMs : state.restMs; // version 1 did not say
        }
        devices.put(alerts.device, alerts);
        queue(alerts, nowMs);
    }

    /**
     * A device's event.
     *
     * @param device the device id as UTF-8; kept
     * @param timeMs event time
     * @param arrivedMs the record's own timestamp
     * @param nowMs the wall clock's time
     */
    public void event(byte[] device, long timeMs, long arrivedMs, double[] scores, double[] fields, long nowMs) {
        this.nowMs = nowMs;
        boolean late = nowMs - timeMs > catchUpMs;
        newestMs = Math.max(newestMs, arrivedMs);
        DeviceAlerts alerts = devices.get(probe.set(device));
        if (alerts == null) {
            if (!speaks(scores, fields)) {
                return;
            }
            alerts = codec.fresh(new DeviceId(device));
            devices.put(alerts.device, alerts);
        }
        alerts.heardMs = nowMs;
        long last = alerts.lastMs;
        boolean setBack = last != AlertState.NEVER && last - timeMs > LATE_MS;
        long time = setBack ? timeMs : Math.max(timeMs, last);
        alerts.lastMs = time;
        boolean changed = false;
        for (int i = 0; i < alerts.states.length; i++) {
            AlertRule rule = rules.get(i);
            boolean gap = setBack || (last != AlertState.NEVER && time - last >= rule.staleAfterMs());
            AlertState state = alerts.states[i];
            Cause cause = state.event(rule, rule.up(scores, fields), rule.down(scores, fields), timeMs, time, gap);
            changed |= state.changed();
            cause = settle(state, cause, late);
            changed |= cause == Cause.CAUGHT_UP;
            if (cause != null) {
                tell(alerts, i, cause, late, timeMs, scores, fields);
            }
        }
        if (changed) {
            store(alerts);
            queue(alerts, nowMs);
        }
    }

    /**
     * A device is no more: its open alerts end. What was told of them is forgotten after the usual time, so that its
     * record is deleted too; everything else is forgotten now. Should the device speak again, it is a new one.
     */
    public void retire(byte[] device, long nowMs) {
        this.nowMs = nowMs;
        DeviceAlerts alerts = devices.get(probe.set(device));
        if (alerts == null) {
            return;
        }
        endLeftovers(alerts, nowMs);
        for (int i = 0; i < alerts.states.length; i++) {
            Cause cause = alerts.states[i].retire(rules.get(i), nowMs);
            if (cause != null) {
                tell(alerts, i, cause, false, nowMs, null, new double[0]);
            }
        }
        alerts.lastMs = AlertState.NEVER;
        alerts.behindMs = Long.MAX_VALUE;
        store(alerts);
        queue(alerts, nowMs);
    }

    private boolean speaks(double[] scores, double[] fields) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).up(scores, fields) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Notes what was raised in the past; tells it in the present if it is still open. */
    private static @Nullable Cause settle(AlertState state, @Nullable Cause cause, boolean late) {
        if (late) {
            state.held |= cause != null && state.open();
            state.held &= state.open();
            return cause;
        }
        boolean held = state.held;
        state.held = false;
        if (!held || cause != null || !state.open()) {
            return cause;
        }
        state.revision++;
        return Cause.CAUGHT_UP;
    }

    /** Looks at the devices that are due. To be called about once a second. */
    public void tick(long nowMs) {
        this.nowMs = nowMs;
        if (catchesUp(nowMs)) {
            return;
        }
        for (int n = 0; n < MOST_PER_TICK && !queue.isEmpty() && queue.peek().atMs <= nowMs; n++) {
            Due due = queue.poll();
            if (due.device.dueMs == due.atMs) { // else it was queued again, for an earlier time
                due.device.dueMs = DeviceAlerts.NOT_QUEUED;
                look(due.device, nowMs);
            }
        }
    }

    /** Whether a backlog is being worked off: its newest record is of the past, and comes nearer to the present. */
    private boolean catchesUp(long nowMs) {
        long behind = nowMs - newestMs;
        catchingUp = newestMs != Long.MIN_VALUE && behind > catchUpMs && behind < behindMs;
        behindMs = behind;
        return catchingUp;
    }

    /** Whether the last tick found that a backlog is being worked off. */
    public boolean catchingUp() {
        return catchingUp;
    }

    private void look(DeviceAlerts alerts, long nowMs) {
        boolean changed = endLeftovers(alerts, nowMs);
        boolean release = alerts.held() && settled(alerts, nowMs);
        for (int i = 0; i < alerts.states.length; i++) {
            AlertState state = alerts.states[i];
            Cause cause = state.silence(rules.get(i), nowMs - alerts.heardMs, nowMs);
            changed |= state.changed();
            if (release && state.held && state.open()) {
                state.held = false;
                changed = true;
                if (cause == null) {
                    state.revision++;
                    cause = Cause.CAUGHT_UP;
                }
            }
            if (cause == null && forgettable(state, nowMs)) {
                cause = Cause.FORGOTTEN;
            }
            if (cause != null) {
                tell(alerts, i, cause, false, nowMs, null, new double[0]);
            }
            if (cause == Cause.FORGOTTEN) {
                alerts.states[i] = new AlertState(rules.get(i).levels());
                changed = true;
            }
        }
        if (changed) {
            store(alerts);
        }
        queue(alerts, nowMs);
    }

    /** Whether the device's newest event comes no nearer to the present: its clock is wrong, or it is silent. */
    private static boolean settled(DeviceAlerts alerts, long nowMs) {
        long behind = nowMs - alerts.lastMs;
        boolean settled = behind >= alerts.behindMs;
        alerts.behindMs = behind;
        return settled;
    }

    private boolean forgettable(AlertState state, long nowMs) {
        return !state.open()
                && state.status == AlertState.Status.QUIET
                && state.restMs != AlertState.NEVER
                && nowMs - state.restMs >= keepMs;
    }

    private boolean endLeftovers(DeviceAlerts alerts, long nowMs) {
        boolean any = !alerts.leftovers.isEmpty();
        for (Leftover left : alerts.leftovers) {
            AlertState state = left.state();
            if (state.open()) {
                state.end(nowMs);
                state.revision++;
                output.tell(new AlertChange(
                        alerts.device.utf8(),
                        left.name(),
                        null,
                        state.word(Cause.RULE_REMOVED),
                        Cause.RULE_REMOVED,
                        Severity.WARNING,
                        false,
                        state.sinceMs,
                        nowMs,
                        state.revision,
                        null,
                        new double[0]));
            }
        }
        alerts.leftovers.clear();
        return any;
    }

    private void tell(
            DeviceAlerts alerts,
            int index,
            Cause cause,
            boolean late,
            long timeMs,
            double @Nullable [] scores,
            double[] fields) {
        AlertState state = alerts.states[index];
        AlertRule rule = rules.get(index);
        state.restMs = state.open() ? AlertState.NEVER : nowMs;
        boolean pending = cause == Cause.PENDING || cause == Cause.WITHDRAWN;
        output.tell(new AlertChange(
                alerts.device.utf8(),
                rule.name(),
                rule,
                state.word(cause),
                cause,
                rule.severity(Math.min(pending ? 1 : Math.max(state.level, state.shown), rule.levels())),
                late,
                pending ? (state.hits.length > 0 ? state.hits[0] : timeMs) : state.sinceMs,
                timeMs,
                state.revision,
                scores,
                fields));
    }

    private void store(DeviceAlerts alerts) {
        if (alerts.blank()) {
            devices.remove(alerts.device);
            alerts.dueMs = DeviceAlerts.NOT_QUEUED;
            output.store(alerts.device.utf8(), null);
        } else {
            output.store(alerts.device.utf8(), codec.write(alerts));
        }
    }

    /** Queues the device for when it is next due, unless it is queued for an earlier time: then that look will do it. */
    private void queue(DeviceAlerts alerts, long nowMs) {
        long due = alerts.leftovers.isEmpty() ? DeviceAlerts.NOT_QUEUED : nowMs;
        due = alerts.held() ? Math.min(due, nowMs + SETTLE_MS) : due;
        for (int i = 0; i < alerts.states.length; i++) {
            AlertState state = alerts.states[i];
            long silence = state.silenceLimitMs(rules.get(i));
            due = silence == AlertRule.NEVER ? due : Math.min(due, alerts.heardMs + silence);
            boolean resting = state.restMs != AlertState.NEVER && state.status == AlertState.Status.QUIET;
            due = resting ? Math.min(due, Math.max(nowMs + 1, state.restMs + keepMs)) : due;
        }
        if (due < alerts.dueMs && devices.get(alerts.device) == alerts) {
            alerts.dueMs = due;
            queue.add(new Due(due, alerts));
        }
    }
}
