package io.millrace.connectors.alerts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * The table of open alerts, as Alertmanager has to be told of it: an open one again and again, with an end that lies
 * ahead; one that is over once, with its end. Alertmanager knows an alert by its labels, severity among them: one whose
 * severity has changed is another alert to it, and the former is over.
 *
 * <p>Not thread-safe.
 */
final class OpenAlerts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MISSED_RESENDS = 4; // Prometheus allows as many before Alertmanager takes one for resolved

    private final Map<String, String> labels;
    private final Duration resend;
    private final Map<String, Open> open = new LinkedHashMap<>();
    private final Map<Map<String, String>, ObjectNode> over = new LinkedHashMap<>();

    /** An open alert, when it is to be sent next, and whether it ever was. */
    private record Open(TopicPartition partition, Alert alert, Map<String, String> labels, Instant due, boolean told) {}

    /**
     * One alert as the API takes it.
     *
     * @param json an element of what is posted
     * @param key of the open alert that it tells of; empty if it is over
     * @param labels by which Alertmanager knows it
     */
    record Post(ObjectNode json, String key, Map<String, String> labels) {}

    /** @param labels that every alert bears */
    OpenAlerts(Map<String, String> labels, Duration resend) {
        this.labels = Map.copyOf(labels);
        this.resend = resend;
    }

    /** Takes in a revision of an alert. One that no person was to be told of is never opened. */
    void update(TopicPartition partition, Alert alert, Instant now) {
        Open before = open.get(alert.key());
        if (alert.isOver()) {
            if (before != null) {
                open.remove(alert.key());
                end(before, alert, now);
            }
        } else if (before != null || alert.notifies()) {
            Map<String, String> known = labels(alert);
            if (before != null && !before.labels().equals(known)) {
                end(before, before.alert(), now);
            }
            over.remove(known);
            open.put(alert.key(), new Open(partition, alert, known, now, before != null && before.told()));
        }
    }

    /** An end of long ago, of an alert that only an earlier task has told of, is known to Alertmanager by its silence. */
    private void end(Open before, Alert last, Instant now) {
        Instant ended = time(last, "time", now);
        if (!before.told() && ended.isBefore(now.minus(resend.multipliedBy(MISSED_RESENDS)))) {
            return;
        }
        over.put(before.labels(), json(last, before.labels(), ended.isAfter(now) ? now : ended, now));
    }

    /** Forgets the alerts of a partition that others look after from now on. They are not over. */
    void forget(TopicPartition partition) {
        open.values().removeIf(alert -> alert.partition().equals(partition));
    }

    /** At most so many alerts that are to be sent now, those that are over first. */
    List<Post> due(Instant now, int limit) {
        List<Post> posts = new ArrayList<>();
        over.forEach((known, json) -> {
            if (posts.size() < limit) {
                posts.add(new Post(json, "", known));
            }
        });
        for (Map.Entry<String, Open> entry : open.entrySet()) {
            Open alert = entry.getValue();
            if (posts.size() < limit && !alert.due().isAfter(now)) {
                Instant end = now.plus(resend.multipliedBy(MISSED_RESENDS));
                posts.add(new Post(json(alert.alert(), alert.labels(), end, now), entry.getKey(), alert.labels()));
            }
        }
        return posts;
    }

    /** These were sent. */
    void sent(List<Post> posts, Instant now) {
        for (Post post : posts) {
            if (post.key().isEmpty()) {
                over.remove(post.labels());
            } else {
                open.computeIfPresent(
                        post.key(),
                        (key, alert) ->
                                new Open(alert.partition(), alert.alert(), alert.labels(), now.plus(resend), true));
            }
        }
    }

    int size() {
        return open.size();
    }

    private Map<String, String> labels(Alert alert) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put("alertname", alert.text("rule"));
        for (String name : new String[] {"device", "severity", "pipeline", "group"}) {
            if (!alert.text(name).isEmpty()) {
                all.put(name, alert.text(name));
            }
        }
        return all;
    }

    private static ObjectNode json(Alert alert, Map<String, String> labels, Instant end, Instant now) {
        ObjectNode json = JSON.createObjectNode();
        labels.forEach(json.putObject("labels")::put);
        Instant start = time(alert, "since", now);
        json.put("startsAt", (start.isAfter(end) ? end : start).toString());
        json.put("endsAt", end.toString());
        ObjectNode annotations = json.putObject("annotations");
        String where = alert.text("device").isEmpty() ? "many devices" : alert.text("device"); // a storm has none
        annotations.put("summary", alert.text("rule") + " on " + where);
        alert.json().properties().forEach(member -> {
            if (!labels.containsKey(member.getKey()) && !member.getKey().equals("rule")) {
                annotations.put(
                        member.getKey(),
                        member.getValue().isContainerNode()
                                ? member.getValue().toString()
                                : member.getValue().asText());
            }
        });
        return json;
    }

    private static Instant time(Alert alert, String member, Instant otherwise) {
        return alert.json().path(member).canConvertToLong()
                ? Instant.ofEpochMilli(alert.json().path(member).asLong())
                : otherwise;
    }
}
