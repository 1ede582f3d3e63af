package io.millrace.topology.decide;

import io.millrace.topology.config.AlertConfig.Persistence;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where one device stands with one rule. Event time drives it; a silence is told to it from outside.
 *
 * <pre>
 *            some events speak for it         enough do, for long enough
 *   QUIET ----------------------------&gt; PENDING -----&gt; FIRING &lt;-----------+
 *     ^  ^                                 |            ^ |  | some events    | none of the window
 *     |  +------ none of the window -------+   severity | |  v speak for      | speaks for clearing
 *     |                                     up and down +-+ RECOVERING ------+
 *     +-------------- enough do, for long enough, and the hold is over --------+
 *
 *   over an open one:  STALE while the device is silent;  FLAPPING while it is raised too often
 * </pre>
 *
 * <p>For each level there is one window of the last events: towards the level while the alert is below it, away from
 * it while it is not. A window that has enough of them remembers since when.
 */
final class AlertState {
    static final long NEVER = Long.MIN_VALUE;
    private static final long[] NONE = {};

    /** The states below {@code STALE} and {@code FLAPPING}. */
    enum Status {
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

    Status status = Status.QUIET;
    /** 0 while there is no alert. */
    int level;
    /** The highest level that was told since it opened, and the last one after its end. */
    int shown;

    boolean flapping;
    boolean stale;
    /** It was raised by events of the past, and nobody was notified yet. */
    boolean held;

    /** Event time of the first event that spoke for the alert that is open, or was last. */
    long sinceMs = NEVER;
    /** The same of one that is pending, once enough events have spoken for it. */
    long startMs = NEVER;

    long raisedMs = NEVER;
    long clearedMs = NEVER;
    /** The wall clock's time when its end was told. */
    long restMs = NEVER;

    int revision;
    final long[] seen;
    final long[] metMs;
    /** Event times of the hits in the least level's window, while there is no alert; the oldest first. */
    long[] hits = NONE;
    /** Event times of the last raises, where they are counted; the oldest first. */
    long[] raises = NONE;

    private boolean changed;

    AlertState(int levels) {
        seen = new long[levels];
        metMs = new long[levels];
        Arrays.fill(metMs, NEVER);
    }

    boolean open() {
        return level > 0 || flapping;
    }

    /** Whether it is as if nothing had ever happened. */
    boolean blank() {
        return status == Status.QUIET && !flapping && revision == 0;
    }

    /** Whether the last call has changed anything. */
    boolean changed() {
        return changed;
    }

    /** The name of the state as the world sees it after that change. */
    String word(Cause cause) {
        return switch (cause) {
            case RESOLVED, SILENT, DEVICE_RETIRED, RULE_REMOVED, FORGOTTEN -> "RESOLVED";
            case WITHDRAWN -> "QUIET";
            default -> stale ? "STALE" : flapping ? "FLAPPING" : status.name();
        };
    }

    /**
     * One more event.
     *
     * @param up the highest level that it speaks for
     * @param down the lowest level that it speaks against
     * @param eventMs its event time
     * @param timeMs the same, or that of the device's newest event if it is later: time does not go back
     * @param gap whether the device was silent before it for so long that earlier events no longer count
     * @return what is to be told
     */
    @Nullable
    Cause event(AlertRule rule, int up, int down, long eventMs, long timeMs, boolean gap) {
        changed = false;
        if (status == Status.QUIET && !flapping && up == 0) {
            return null;
        }
        if (raisedMs > timeMs || clearedMs > timeMs) { // a clock that was set back must not hold the alert for ever
            raisedMs = Math.min(raisedMs, timeMs);
            clearedMs = Math.min(clearedMs, timeMs);
            raises = Arrays.stream(raises).filter(at -> at <= timeMs).toArray();
            changed = true;
        }
        boolean back = stale;
        if (back || gap) {
            forgetEvents();
        }
        stale = false;
        Cause cause = level == 0 ? towardsRaise(rule, up, eventMs, timeMs) : whileOpen(rule, up, down, timeMs);
        cause = countRaises(rule, cause, timeMs);
        return told(rule, cause == null && back ? Cause.BACK : cause);
    }

    private @Nullable Cause told(AlertRule rule, @Nullable Cause cause) {
        if (cause == null || !rule.tells(cause)) {
            return null;
        }
        changed = true;
        boolean lower = cause == Cause.DE_ESCALATED || cause == Cause.CALMED;
        shown = level == 0 ? shown : lower ? level : Math.max(level, shown);
        revision++;
        return cause;
    }

    private void forgetEvents() {
        for (int i = 0; i < seen.length; i++) {
            changed |= seen[i] != 0;
            clearWindow(i);
        }
        hits = NONE;
        status = level > 0 ? Status.FIRING : Status.QUIET;
    }

    private void clearWindow(int index) {
        seen[index] = 0;
        metMs[index] = NEVER;
    }

    /** Moves a level's window on; says whether it has had enough for long enough. */
    private boolean met(int index, Persistence window, boolean speaksForIt, long timeMs) {
        long before = seen[index];
        seen[index] = AlertRule.shift(window, before, speaksForIt);
        long metBefore = metMs[index];
        metMs[index] = !AlertRule.enough(window, seen[index]) ? NEVER : metBefore == NEVER ? timeMs : metBefore;
        changed |= seen[index] != before || metMs[index] != metBefore;
        return metMs[index] != NEVER && timeMs - metMs[index] >= window.span().toMillis();
    }

    private @Nullable Cause towardsRaise(AlertRule rule, int up, long eventMs, long timeMs) {
        Persistence window = rule.raise();
        keepHits(window, up >= 1, eventMs);
        boolean metBefore = metMs[0] != NEVER;
        int target = 0;
        for (int i = 0; i < seen.length; i++) {
            if (met(i, window, up > i, timeMs)) {
                target = i + 1;
            }
        }
        if (seen[0] == 0) {
            boolean pended = status == Status.PENDING;
            status = Status.QUIET;
            return pended ? Cause.WITHDRAWN : null;
        }
        if (!metBefore) {
            startMs = hits.length > 0 ? hits[0] : eventMs;
        }
        boolean cool = clearedMs == NEVER || timeMs - clearedMs >= rule.coolDownMs();
        if (target > 0 && cool) {
            return raise(target, timeMs);
        }
        boolean pended = status == Status.PENDING;
        status = Status.PENDING;
        return pended ? null : Cause.PENDING;
    }

    /** A window of one needs no list: its only hit is now. */
    private void keepHits(Persistence window, boolean hit, long eventMs) {
        if (window.of() == 1) {
            return;
        }
        boolean oldestLeaves = (seen[0] >>> (window.of() - 1) & 1) != 0;
        int from = oldestLeaves && hits.length > 0 ? 1 : 0;
        if (from == 0 && !hit) {
            return;
        }
        long[] kept = Arrays.copyOfRange(hits, from, hits.length + (hit ? 1 : 0));
        if (hit) {
            kept[kept.length - 1] = eventMs;
        }
        hits = kept;
    }

    private Cause raise(int target, long timeMs) {
        if (!flapping) {
            sinceMs = startMs;
            shown = 0;
        }
        level = target;
        status = Status.FIRING;
        raisedMs = timeMs;
        changed = true; // also where nobody is told, since it flaps
        hits = NONE;
        for (int i = 0; i < target; i++) {
            clearWindow(i);
        }
        return Cause.RAISED;
    }

    private @Nullable Cause whileOpen(AlertRule rule, int up, int down, long timeMs) {
        int higher = 0;
        int lower = 0;
        for (int i = seen.length - 1; i >= 0; i--) {
            boolean towards = i >= level;
            boolean speaks = towards ? up > i : down <= i + 1 && up <= i;
            if (met(i, towards ? rule.raise() : rule.clear(), speaks, timeMs)) {
                if (!towards) {
                    lower = i + 1;
                } else if (higher == 0) {
                    higher = i + 1;
                }
            }
        }
        if (higher > 0) {
            return move(higher, Cause.ESCALATED);
        }
        boolean held = lower == 1 && timeMs - raisedMs < rule.holdMs();
        if (lower == 1 && !held) {
            clearedMs = timeMs;
            level = 0;
            forgetEvents();
            changed = true;
            return Cause.RESOLVED;
        }
        if (lower > 1) {
            return move(lower - 1, Cause.DE_ESCALATED);
        }
        Status before = status;
        status = seen[0] == 0 ? Status.FIRING : Status.RECOVERING;
        return status == before ? null : status == Status.FIRING ? Cause.RELAPSED : Cause.RECOVERING;
    }

    private Cause move(int target, Cause cause) {
        for (int i = Math.min(level, target); i < Math.max(level, target); i++) {
            clearWindow(i);
        }
        level = target;
        status = seen[0] == 0 ? Status.FIRING : Status.RECOVERING;
        changed = true;
        return cause;
    }

    /** Turns raises and clears that come too often into one flapping alert. */
    private @Nullable Cause countRaises(AlertRule rule, @Nullable Cause cause, long timeMs) {
        int most = rule.flappingRaises();
        if (most == 0 && !flapping) {
            return cause;
        }
        if (cause == Cause.RAISED) {
            long oldest = timeMs - rule.flappingMs();
            int from = 0;
            while (from < raises.length && (raises[from] < oldest || raises.length - from >= most)) {
                from++;
            }
            raises = Arrays.copyOfRange(raises, from, raises.length + 1);
            raises[raises.length - 1] = timeMs;
            if (!flapping && raises.length >= most) {
                flapping = true;
                return Cause.FLAPPING;
            }
        }
        if (!flapping) {
            return cause;
        }
        if (level > shown) {
            return Cause.ESCALATED;
        }
        if (timeMs - Math.max(raisedMs, clearedMs) >= rule.flappingMs()) {
            flapping = false;
            raises = NONE;
            changed = true;
            return level == 0 ? Cause.RESOLVED : Cause.CALMED;
        }
        return null;
    }

    /** How long a silence must be to change anything; {@link AlertRule#NEVER}: none does. */
    long silenceLimitMs(AlertRule rule) {
        if (open()) {
            return stale ? rule.clearAfterMs() : Math.min(rule.staleAfterMs(), rule.clearAfterMs());
        }
        return status == Status.PENDING ? rule.staleAfterMs() : AlertRule.NEVER;
    }

    /** The device has been silent for so long. */
    @Nullable
    Cause silence(AlertRule rule, long silentMs, long nowMs) {
        changed = false;
        if (silentMs < silenceLimitMs(rule)) {
            return null;
        }
        changed = true;
        if (!open()) {
            forgetEvents();
            return told(rule, Cause.WITHDRAWN);
        }
        if (silentMs < rule.clearAfterMs()) {
            stale = true;
            return told(rule, Cause.STALE);
        }
        end(nowMs);
        return told(rule, Cause.SILENT);
    }

    /** Its device is no more: what there is ends, and nothing is remembered of the device's events. */
    @Nullable
    Cause retire(AlertRule rule, long nowMs) {
        boolean wasOpen = open();
        boolean wasPending = status == Status.PENDING;
        end(nowMs);
        clearedMs = NEVER;
        return wasOpen || wasPending ? told(rule, wasOpen ? Cause.DEVICE_RETIRED : Cause.WITHDRAWN) : null;
    }

    /** Ends it, whatever it is. */
    void end(long timeMs) {
        clearedMs = timeMs;
        level = 0;
        flapping = false;
        stale = false;
        held = false;
        raises = NONE;
        forgetEvents();
        changed = true;
    }
}
