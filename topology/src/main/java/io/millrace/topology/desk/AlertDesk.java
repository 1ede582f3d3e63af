package io.millrace.topology.desk;

import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.decide.Cause;
import io.millrace.topology.desk.Control.Silence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where all alerts of a pipeline come together: it gives each record its revision and decides whether a person is to be
 * told. Nobody is told of what is {@code late}, {@code silenced}, part of a {@code storm}, {@code acknowledged}, already
 * {@code known}, only a {@code step} on the way, or the end of what was {@code untold}; of everything else somebody is.
 *
 * <p>An open alert is told once, when nothing speaks against it any longer: when its silence ends, say. An escalation
 * is told again. An end is told if the beginning was.
 *
 * <p>There is one desk in a pipeline, and one thread works at it. Its memory is its store; what it holds grows with the
 * alerts that are open, or were not forgotten yet.
 */
public final class AlertDesk {
    private final String pipeline;
    private final Output output;
    private final Storms storms;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Silence> silences = new HashMap<>();
    private CatchUp catchUp = new CatchUp();
    private long lastTickMs = Long.MIN_VALUE;

    /** Where it writes. */
    public interface Output {
        /** @param value what {@link #load} reads; {@code null}: nothing need be kept */
        void store(String key, byte @Nullable [] value);

        void send(Notice notice);

        /** The JSON of a storm, without its last brace. */
        byte[] storm(
                String rule,
                String group,
                boolean open,
                String severity,
                int count,
                int children,
                long sinceMs,
                long timeMs);

        /** The JSON of a summary of the past, without its last brace. */
        byte[] summary(long raised, long cleared, long open, long fromMs, long untilMs, long timeMs);
    }

    public AlertDesk(String pipeline, AlertingConfig config, Output output) {
        this.pipeline = pipeline;
        this.output = output;
        this.storms = new Storms(config, output);
    }

    /** Takes in what was stored. To be called for everything before anything else, then {@link #loaded}. */
    public void load(String key, byte[] value) {
        String name = key.substring(2);
        switch (key.charAt(0)) {
            case 'a' -> entries.put(name, Entry.decode(value));
            case 's' -> storms.load(Storm.decode(value));
            case 'q' -> silences.put(name, SilenceCodec.decode(name, value));
            case 'c' -> catchUp = CatchUp.decode(value);
            default -> throw new IllegalStateException("desk entry must begin with a, s, q or c, got: " + key);
        }
    }

    /** Everything is loaded. */
    public void loaded() {
        entries.values().forEach(entry -> storms.adopt(entry));
    }

    /** A device's alert has changed. */
    public void report(Report report, long nowMs) {
        Entry entry = entries.get(report.key());
        if (report.cause() == Cause.FORGOTTEN) {
            if (entry != null) {
                entries.remove(report.key());
                output.store("a/" + report.key(), null);
                output.send(entry.tombstone());
            }
            return;
        }
        boolean wasOpen = entry != null && entry.open();
        if (entry == null) {
            entry = new Entry(report);
            entries.put(report.key(), entry);
        }
        entry.update(report);
        if (report.late() && wasOpen != entry.open()) {
            catchUp.count(entry.open(), report.timeMs(), nowMs);
            output.store("c/", catchUp.encode());
        }
        if (entry.open()) {
            progress(entry, nowMs);
        } else {
            over(entry, wasOpen);
        }
        output.store("a/" + report.key(), entry.encode());
    }

    private void progress(Entry entry, long nowMs) {
        boolean worse = entry.report.cause() == Cause.ESCALATED;
        if (worse) {
            entry.ack = null;
        }
        entry.silence = silence(entry, nowMs);
        boolean news = !entry.announced && entry.parent.isEmpty();
        if (news && !entry.report.late() && entry.silence.isEmpty()) {
            storms.raised(entry, entries, silences.values(), nowMs);
        }
        send(entry, entry.report.cause().word(), worse);
    }

    private void over(Entry entry, boolean wasOpen) {
        String reason = !entry.report.state().equals("RESOLVED") ? "step" : entry.announced ? null : "untold";
        output.send(entry.notice(entry.report.cause().word(), reason));
        if (wasOpen) {
            storms.cleared(entry);
        }
        entry.announced = false;
        entry.silence = "";
        entry.parent = "";
        entry.ack = null;
    }

    private void send(Entry entry, String cause, boolean worse) {
        String reason = reason(entry, worse);
        entry.announced |= reason == null;
        output.send(entry.notice(cause, reason));
    }

    private static @Nullable String reason(Entry entry, boolean worse) {
        if (entry.report.late()) {
            return "late";
        }
        if (!entry.silence.isEmpty()) {
            return "silenced";
        }
        if (!entry.parent.isEmpty()) {
            return "storm";
        }
        if (entry.ack != null) {
            return "acknowledged";
        }
        return entry.announced && !worse ? "known" : null;
    }

    private String silence(Entry entry, long nowMs) {
        return silences.values().stream()
                .filter(silence -> silence.active(nowMs)
                        && silence.matches(entry.report.device(), entry.report.rule(), entry.report.group()))
                .map(Silence::id)
                .sorted()
                .findFirst()
                .orElse("");
    }

    /** An operator has spoken. */
    public void control(Control control, long nowMs) {
        if (control instanceof Silence silence) {
            silences.put(silence.id(), silence);
            output.store("q/" + silence.id(), SilenceCodec.encode(silence));
            review(nowMs);
        } else if (control instanceof Control.Unsilence over) {
            unsilence(List.of(over.id()), nowMs);
        } else if (control instanceof Control.Acknowledge seen) {
            acknowledge(seen.key(), seen.ack(), "acknowledged");
        } else if (control instanceof Control.Unacknowledge unseen) {
            acknowledge(unseen.key(), null, "unacknowledged");
        }
    }

    private void acknowledge(String key, Notice.@Nullable Ack ack, String cause) {
        Entry entry = entries.get(key);
        if (entry != null && entry.open() && (ack != null || entry.ack != null)) {
            entry.ack = ack;
            again(entry, cause);
        }
    }

    private void unsilence(List<String> ids, long nowMs) {
        boolean any = false;
        for (String id : ids) {
            any |= silences.remove(id) != null;
            output.store("q/" + id, null);
        }
        if (any) {
            review(nowMs);
        }
    }

    /** Looks which open alerts are silenced, and writes those anew for which that has changed. */
    private void review(long nowMs) {
        for (Entry entry : entries.values()) {
            if (!entry.open()) {
                continue;
            }
            String silence = silence(entry, nowMs);
            if (!silence.equals(entry.silence)) {
                boolean before = !entry.silence.isEmpty();
                entry.silence = silence;
                if (silence.isEmpty() && !entry.announced && entry.parent.isEmpty() && !entry.report.late()) {
                    storms.raised(entry, entries, silences.values(), nowMs);
                }
                if (silence.isEmpty() || !before) {
                    again(entry, silence.isEmpty() ? "unsilenced" : "silenced");
                }
            }
        }
    }

    /** Writes an alert anew of which the desk alone has changed something. */
    private void again(Entry entry, String cause) {
        entry.revision++;
        send(entry, cause, false);
        output.store("a/" + entry.report.key(), entry.encode());
    }

    /** A backlog is still being worked off. */
    public void busy(long nowMs) {
        catchUp.lastMs = nowMs;
    }

    /** To be called about once a second. */
    public void tick(long nowMs) {
        List<String> over = new ArrayList<>();
        boolean begun = false;
        for (Silence silence : silences.values()) {
            if (silence.untilMs() <= nowMs) {
                over.add(silence.id());
            }
            begun |= silence.fromMs() <= nowMs && silence.fromMs() > lastTickMs;
        }
        lastTickMs = nowMs;
        if (!over.isEmpty()) {
            unsilence(over, nowMs);
        } else if (begun) {
            review(nowMs);
        }
        storms.tick(silences.values(), nowMs);
        if (catchUp.due(nowMs)) {
            sumUp(nowMs);
        }
    }

    private void sumUp(long nowMs) {
        long open = entries.values().stream()
                .filter(entry -> entry.open() && entry.report.late())
                .count();
        byte[] body = output.summary(catchUp.raised, catchUp.cleared, open, catchUp.fromMs, catchUp.untilMs, nowMs);
        catchUp.revision++;
        output.send(new Notice(
                Storm.key("@catch-up", pipeline), body, "caught-up", catchUp.revision, "summary", true, "", "", null));
        catchUp.reset();
        output.store("c/", catchUp.encode());
    }
}
