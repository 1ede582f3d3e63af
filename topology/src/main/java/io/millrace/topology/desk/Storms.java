package io.millrace.topology.desk;

import io.millrace.topology.config.AlertConfig.Rate;
import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.desk.Control.Silence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds storms: many raises of one rule in one group in a short time, by the wall clock. The first of them are told one
 * by one, since nobody knows yet; with the one that makes it a storm, one parent is told instead, and all are marked as
 * its children. A storm is over when none of its children is open and no further one has come for the same time.
 */
final class Storms {
    private final @Nullable Rate rate;
    private final long keepMs;
    private final AlertDesk.Output output;
    private final Map<String, Storm> storms = new HashMap<>();

    Storms(AlertingConfig config, AlertDesk.Output output) {
        this.rate = config.storm().orElse(null);
        this.keepMs = config.keep().toMillis();
        this.output = output;
    }

    void load(Storm storm) {
        storms.put(storm.key(), storm);
    }

    /** Counts an alert that was loaded. */
    void adopt(Entry entry) {
        Storm storm = storms.get(entry.parent);
        if (storm != null) {
            storm.children++;
        }
    }

    /** An alert is news. If it belongs to a storm it gets a parent, and those before it if it makes it one. */
    void raised(Entry entry, Map<String, Entry> entries, Collection<Silence> silences, long nowMs) {
        Rate limit = rate;
        if (limit == null) {
            return;
        }
        Storm storm = storms.computeIfAbsent(
                Storm.key(entry.report.rule(), entry.report.group()),
                key -> new Storm(entry.report.rule(), entry.report.group()));
        if (storm.open) {
            join(storm, entry);
        } else {
            long oldest = nowMs - limit.within().toMillis();
            storm.recent.removeIf(raise -> raise.atMs() < oldest || raise.key().equals(entry.report.key()));
            storm.recent.add(new Storm.Raise(nowMs, entry.report.key()));
            if (storm.recent.size() >= limit.count()) {
                open(storm, entry, entries);
                tell(storm, "raised", silences, nowMs);
            }
        }
        storm.lastMs = nowMs;
        output.store("s/" + storm.key(), storm.encode());
    }

    private static void join(Storm storm, Entry entry) {
        entry.parent = storm.key();
        storm.count++;
        storm.children++;
    }

    private void open(Storm storm, Entry last, Map<String, Entry> entries) {
        storm.open = true;
        storm.count = 0;
        storm.severity = last.report.severity();
        storm.sinceMs = last.report.sinceMs();
        for (Storm.Raise raise : storm.recent) {
            Entry child = entries.get(raise.key());
            if (child == null || !child.open() || !child.parent.isEmpty()) {
                continue;
            }
            join(storm, child);
            storm.sinceMs = Math.min(storm.sinceMs, child.report.sinceMs());
            if (child != last) {
                child.revision++;
                output.send(child.notice("storm", "storm"));
                output.store("a/" + child.report.key(), child.encode());
            }
        }
        storm.recent.clear();
    }

    /** An alert is over. */
    void cleared(Entry entry) {
        Storm storm = storms.get(entry.parent);
        if (storm != null) {
            storm.children--;
        }
    }

    void tick(Collection<Silence> silences, long nowMs) {
        Rate limit = rate;
        List<Storm> over = new ArrayList<>();
        for (Storm storm : storms.values()) {
            long still = nowMs - storm.lastMs;
            long within = limit == null ? 0 : limit.within().toMillis();
            if (storm.open && storm.children <= 0 && still >= within) {
                storm.open = false;
                tell(storm, "resolved", silences, nowMs);
                output.store("s/" + storm.key(), storm.encode());
            } else if (storm.open && (storm.count != storm.toldCount || storm.children != storm.toldChildren)) {
                tell(storm, "counted", silences, nowMs);
                output.store("s/" + storm.key(), storm.encode());
            } else if (!storm.open && still >= Math.max(within, storm.revision > 0 ? keepMs : 0)) {
                over.add(storm);
            }
        }
        over.forEach(this::forget);
    }

    private void forget(Storm storm) {
        storms.remove(storm.key());
        output.store("s/" + storm.key(), null);
        if (storm.revision > 0) {
            output.send(new Notice(storm.key(), null, "forgotten", storm.revision, null, false, "", "", null));
        }
    }

    private void tell(Storm storm, String cause, Collection<Silence> silences, long nowMs) {
        String silence = silences.stream()
                .filter(one -> one.active(nowMs) && one.matches("", storm.rule, storm.group))
                .map(Silence::id)
                .sorted()
                .findFirst()
                .orElse("");
        String reason = storm.open
                ? !silence.isEmpty() ? "silenced" : storm.announced ? "known" : null
                : storm.announced ? null : "untold";
        storm.announced = storm.open && (storm.announced || reason == null);
        storm.revision++;
        storm.toldCount = storm.count;
        storm.toldChildren = storm.children;
        byte[] body = output.storm(
                storm.rule, storm.group, storm.open, storm.severity, storm.count, storm.children, storm.sinceMs, nowMs);
        output.send(new Notice(storm.key(), body, cause, storm.revision, reason, false, silence, "", null));
    }
}
