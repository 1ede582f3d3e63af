package io.millrace.deploy.page;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of current alerts, as the compacted topic tells it, and the transitions seen while looking. A record
 * that comes twice counts once: its revision is no higher and its time no later than what is known.
 */
final class AlertBoard {
    static final int MAX_ALERTS = 10_000;
    static final int MAX_TRANSITIONS = 10_000;
    static final long KEEP_RESOLVED_MS = 15 * 60_000;

    /** Longest unchanged first. */
    private final Map<String, Seen.Alert> alerts = new LinkedHashMap<>();

    private final Map<String, Integer> firingByDevice = new HashMap<>();
    private final Deque<AlertTransition> transitions = new ArrayDeque<>();
    private long raised;
    private long cleared;
    private int firing;
    private long version;

    /** Takes in one alert record; says whether it was raised or cleared by it. */
    boolean apply(Seen.Alert alert, long nowMs) {
        Seen.Alert known = alerts.get(alert.key());
        if (known != null && alert.revision() <= known.revision() && alert.time() <= known.time()) {
            return false;
        }
        boolean turned =
                known == null ? alert.firing() || alert.state().equals("RESOLVED") : known.firing() != alert.firing();
        remove(alert.key());
        if (alert.firing() || !isOld(alert, nowMs)) {
            alerts.put(alert.key(), alert);
            count(alert, 1);
            version++;
        }
        if (alerts.size() > MAX_ALERTS) {
            remove(alerts.keySet().iterator().next());
        }
        if (turned && !alert.history()) {
            record(alert, nowMs);
        }
        return turned;
    }

    private void record(Seen.Alert alert, long nowMs) {
        transitions.addLast(transition(alert, nowMs));
        if (transitions.size() > MAX_TRANSITIONS) {
            transitions.removeFirst();
        }
        if (alert.firing()) {
            raised++;
        } else {
            cleared++;
        }
    }

    static AlertTransition transition(Seen.Alert alert, long nowMs) {
        return new AlertTransition(alert.device(), alert.rule(), alert.firing(), alert.since(), alert.time(), nowMs);
    }

    void remove(String key) {
        Seen.Alert known = alerts.remove(key);
        if (known != null) {
            count(known, -1);
            version++;
        }
    }

    private void count(Seen.Alert alert, int by) {
        if (alert.firing()) {
            firing += by;
            firingByDevice.merge(alert.device(), by, (a, b) -> a + b == 0 ? null : a + b);
        }
    }

    /** Drops what was resolved long ago. */
    void forget(long nowMs) {
        Iterator<Seen.Alert> all = alerts.values().iterator();
        while (all.hasNext()) {
            Seen.Alert alert = all.next();
            if (!alert.firing() && isOld(alert, nowMs)) {
                all.remove();
                version++;
            }
        }
    }

    private static boolean isOld(Seen.Alert alert, long nowMs) {
        return nowMs - alert.time() > KEEP_RESOLVED_MS;
    }

    int firing() {
        return firing;
    }

    int firing(String device) {
        return firingByDevice.getOrDefault(device, 0);
    }

    long raised() {
        return raised;
    }

    long cleared() {
        return cleared;
    }

    /** Grows with every change. */
    long version() {
        return version;
    }

    /** Those that fire first, the latest first. */
    List<Seen.Alert> rows(int most) {
        return alerts.values().stream()
                .sorted(Comparator.comparing((Seen.Alert a) -> !a.firing())
                        .thenComparing(
                                Comparator.comparingLong(Seen.Alert::time).reversed()))
                .limit(most)
                .toList();
    }

    List<AlertTransition> transitions() {
        return new ArrayList<>(transitions);
    }
}
