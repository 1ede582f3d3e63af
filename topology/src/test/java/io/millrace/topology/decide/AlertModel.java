package io.millrace.topology.decide;

import java.util.ArrayList;
import java.util.List;

/**
 * One device and one rule, told as plainly as can be: whole lists of votes, searched anew each time. Shares no code with
 * the engine.
 */
final class AlertModel {
    static final double[] RAISE_ABOVE = {0.6, 0.8, 0.9};
    static final double[] CLEAR_BELOW = {0.5, 0.75, 0.85};
    private static final String[] SEVERITIES = {"INFO", "WARNING", "CRITICAL"};
    private static final long NONE = Long.MIN_VALUE;
    private static final long SET_BACK_MS = 5 * 60_000;

    /** A rule. */
    record Spec(
            int levels,
            int hits,
            int of,
            long spanMs,
            int clearHits,
            int clearOf,
            long clearSpanMs,
            long holdMs,
            long coolDownMs,
            long staleMs,
            long giveUpMs,
            int flaps,
            long flapMs) {
        long giveUpAfterMs() {
            return giveUpMs == 0 ? Long.MAX_VALUE : Math.max(staleMs, giveUpMs);
        }

        long staleAfterMs() {
            return staleMs == 0 ? Long.MAX_VALUE : staleMs;
        }
    }

    private record Vote(boolean yes, long eventMs, long timeMs) {}

    final List<String> told = new ArrayList<>();

    private final Spec spec;
    private final long catchUpMs;
    /** For each level, the votes since it last changed sides. */
    private final List<List<Vote>> votes = new ArrayList<>();

    private final List<Long> raises = new ArrayList<>();
    private int level;
    private int worst;
    private boolean pending;
    private boolean recovering;
    private boolean flapping;
    private boolean stale;
    private boolean untold;
    private long since;
    private long pendingSince;
    private long raised = NONE;
    private long cleared = NONE;
    private long newest = NONE;
    private long heard;
    private int revision;

    AlertModel(Spec spec, long catchUpMs) {
        this.spec = spec;
        this.catchUpMs = catchUpMs;
        for (int i = 0; i < spec.levels(); i++) {
            votes.add(new ArrayList<>());
        }
    }

    static String line(String cause, String state, String severity, boolean late, long since, long time, int revision) {
        return cause + " " + state + " " + severity + (late ? " late " : " ") + since + " " + time + " #" + revision;
    }

    private boolean known() {
        return pending || flapping || revision > 0;
    }

    /** When the last event was is not stored. */
    void restart(long now) {
        heard = now;
        newest = NONE;
    }

    void event(double x, long eventMs, long now) {
        int up = 0;
        int down = spec.levels() + 1;
        for (int i = spec.levels(); i >= 1; i--) {
            up = up == 0 && x > RAISE_ABOVE[i - 1] ? i : up;
            down = x < CLEAR_BELOW[i - 1] ? i : down;
        }
        if (!known()) {
            newest = NONE;
            if (up == 0) {
                return;
            }
        }
        heard = now;
        boolean late = now - eventMs > catchUpMs;
        boolean setBack = newest != NONE && newest - eventMs > SET_BACK_MS;
        long time = setBack || newest == NONE ? eventMs : Math.max(eventMs, newest);
        boolean gap = setBack || (newest != NONE && time - newest >= spec.staleAfterMs());
        newest = time;
        String cause = "";
        if (level > 0 || pending || flapping || up > 0) {
            cause = move(up, down, eventMs, time, gap);
        }
        boolean open = level > 0 || flapping;
        if (late) {
            untold = open && (untold || !cause.isEmpty());
        } else {
            if (untold && open && cause.isEmpty()) {
                cause = "caught-up";
            }
            untold = false;
        }
        if (!cause.isEmpty()) {
            tell(cause, late, eventMs);
        }
    }

    private String move(int up, int down, long eventMs, long time, boolean gap) {
        raised = Math.min(raised, time);
        cleared = Math.min(cleared, time);
        raises.removeIf(at -> at > time);
        boolean back = stale;
        if (back || gap) {
            votes.forEach(List::clear);
            recovering = false;
            pending = false;
        }
        stale = false;
        for (int i = 1; i <= spec.levels(); i++) {
            boolean yes = level < i ? up >= i : down <= i && up < i;
            votes.get(i - 1).add(new Vote(yes, eventMs, time));
        }
        String cause = flap(level == 0 ? closed(time) : opened(time), time);
        return cause.isEmpty() && back ? "back" : cause;
    }

    private String closed(long time) {
        int target = 0;
        for (int i = 1; i <= spec.levels(); i++) {
            target = longEnough(i, true, time) ? i : target;
        }
        if (!anyYes(votes.get(0), spec.of())) {
            boolean was = pending;
            pending = false;
            votes.forEach(List::clear);
            return was ? "withdrawn" : "";
        }
        pendingSince = since(votes.get(0));
        if (target > 0 && (cleared == NONE || time - cleared >= spec.coolDownMs())) {
            if (!flapping) {
                since = pendingSince;
                worst = 0;
            }
            pending = false;
            level = target;
            raised = time;
            for (int i = 0; i < target; i++) {
                votes.get(i).clear();
            }
            return "raised";
        }
        boolean was = pending;
        pending = true;
        return was ? "" : "pending";
    }

    private String opened(long time) {
        for (int i = spec.levels(); i > level; i--) {
            if (longEnough(i, true, time)) {
                return to(i, "escalated");
            }
        }
        int lowest = 0;
        for (int i = level; i >= 1; i--) {
            lowest = longEnough(i, false, time) ? i : lowest;
        }
        if (lowest == 1 && time - raised >= spec.holdMs()) {
            level = 0;
            cleared = time;
            recovering = false;
            votes.forEach(List::clear);
            return "resolved";
        }
        if (lowest > 1) {
            return to(lowest - 1, "de-escalated");
        }
        boolean was = recovering;
        recovering = anyYes(votes.get(0), spec.clearOf());
        return was == recovering ? "" : recovering ? "recovering" : "relapsed";
    }

    private String to(int target, String cause) {
        for (int i = Math.min(level, target); i < Math.max(level, target); i++) {
            votes.get(i).clear();
        }
        level = target;
        recovering = anyYes(votes.get(0), spec.clearOf());
        return cause;
    }

    private String flap(String cause, long time) {
        if (spec.flaps() < 2) {
            return cause;
        }
        if (cause.equals("raised")) {
            raises.removeIf(at -> at < time - spec.flapMs()); // for good, even if the clock is set back later
            raises.add(time);
            long recent =
                    raises.stream().filter(at -> at >= time - spec.flapMs()).count();
            if (!flapping && recent >= spec.flaps()) {
                flapping = true;
                return "flapping";
            }
        }
        if (!flapping) {
            return cause;
        }
        if (level > worst) {
            return "escalated";
        }
        if (time - Math.max(raised, cleared) >= spec.flapMs()) {
            flapping = false;
            raises.clear();
            return level == 0 ? "resolved" : "calmed";
        }
        return "";
    }

    /** The first index, in time, of the votes at whose end there were enough in the window ever since; -1 for none. */
    private int metFrom(List<Vote> of, boolean above) {
        int hits = above ? spec.hits() : spec.clearHits();
        int window = above ? spec.of() : spec.clearOf();
        int from = -1;
        for (int end = of.size() - 1; end >= 0; end--) {
            int yes = 0;
            for (int i = Math.max(0, end - window + 1); i <= end; i++) {
                yes += of.get(i).yes() ? 1 : 0;
            }
            if (yes < hits) {
                break;
            }
            from = end;
        }
        return from;
    }

    private long metSince(List<Vote> of, boolean above) {
        int from = metFrom(of, above);
        return from < 0 ? NONE : of.get(from).timeMs();
    }

    private boolean longEnough(int which, boolean above, long time) {
        long met = metSince(votes.get(which - 1), above);
        return met != NONE && time - met >= (above ? spec.spanMs() : spec.clearSpanMs());
    }

    private static boolean anyYes(List<Vote> of, int window) {
        return of.subList(Math.max(0, of.size() - window), of.size()).stream().anyMatch(Vote::yes);
    }

    /** Of the window in which there were first enough, or else of the last one, the oldest vote for it. */
    private long since(List<Vote> of) {
        int met = metFrom(of, true);
        int end = met < 0 ? of.size() - 1 : met;
        for (int i = Math.max(0, end - spec.of() + 1); i <= end; i++) {
            if (of.get(i).yes()) {
                return of.get(i).eventMs();
            }
        }
        throw new IllegalStateException("somebody must have voted for it");
    }

    void tick(long now) {
        long silent = now - heard;
        boolean open = level > 0 || flapping;
        if (!open) {
            if (pending && silent >= spec.staleAfterMs()) {
                pending = false;
                votes.forEach(List::clear);
                tell("withdrawn", false, now);
            }
            return;
        }
        if (silent >= spec.giveUpAfterMs()) {
            level = 0;
            flapping = false;
            stale = false;
            recovering = false;
            pending = false;
            cleared = now;
            raises.clear();
            votes.forEach(List::clear);
            tell("silent", false, now);
        } else if (!stale && silent >= spec.staleAfterMs()) {
            stale = true;
            tell("stale", false, now);
        }
    }

    private void tell(String cause, boolean late, long at) {
        revision++;
        boolean lower = cause.equals("de-escalated") || cause.equals("calmed");
        worst = level == 0 ? worst : lower ? level : Math.max(level, worst);
        boolean early = cause.equals("pending") || cause.equals("withdrawn");
        String state =
                switch (cause) {
                    case "resolved", "silent" -> "RESOLVED";
                    case "withdrawn" -> "QUIET";
                    default ->
                        stale
                                ? "STALE"
                                : flapping ? "FLAPPING" : level > 0 ? recovering ? "RECOVERING" : "FIRING" : "PENDING";
                };
        String severity = SEVERITIES[(early ? 1 : Math.max(level, worst)) - 1];
        long from = early ? cause.equals("pending") && spec.of() > 1 ? pendingSinceInWindow() : at : since;
        told.add(line(cause, state, severity, late, from, at, revision));
    }

    private long pendingSinceInWindow() {
        List<Vote> of = votes.get(0);
        return of.subList(Math.max(0, of.size() - spec.of()), of.size()).stream()
                .filter(Vote::yes)
                .findFirst()
                .orElseThrow()
                .eventMs();
    }
}
