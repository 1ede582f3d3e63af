package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.ingest.RawEvent;
import java.util.List;
import java.util.Locale;

/**
 * Puts alerts on the wire: one JSON object for each raise and clear, keyed {@code device/rule}, so that a
 * compacted topic is the table of current alerts. Not thread-safe.
 */
public final class AlertWriter {
    private final byte[] model;
    private final List<String> scoreNames;
    private final CloudEvents events;
    private final SourceMember source = new SourceMember();
    private final JsonBytes json = new JsonBytes();

    public AlertWriter(String pipeline, ModelIdentity model, List<String> scoreNames) {
        this.model = model.asAlertMembers();
        this.scoreNames = List.copyOf(scoreNames);
        this.events = CloudEvents.alerts(pipeline);
    }

    /** The alert that a record has raised or cleared. */
    public OutRecord write(RawEvent raw, AlertChange change) {
        AlertConfig rule = change.rule().config();
        String device = new String(change.device(), UTF_8);
        json.reset().raw("{\"device\":").string(change.device());
        json.raw(",\"rule\":").string(rule.name());
        json.raw(",\"state\":").string(change.raised() ? "FIRING" : "RESOLVED");
        json.raw(",\"severity\":").string(rule.severity().name().toLowerCase(Locale.ROOT));
        json.raw(",\"value\":").number(change.scores()[change.rule().whenScore()]);
        json.raw(",\"since\":").number(change.sinceMs());
        json.raw(",\"time\":").number(change.timeMs());
        json.raw(",\"revision\":").number(change.after().revision());
        json.raw(model).raw(",\"evidence\":{\"scores\":{");
        for (int i = 0; i < scoreNames.size(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.string(scoreNames.get(i)).raw(':').number(change.scores()[i]);
        }
        json.raw("},\"matched\":").number(rule.persistence().hits());
        json.raw(",\"of\":").number(rule.persistence().of());
        source.write(raw, json);
        byte[] value = json.raw("}}").toArray();
        byte[] key = (device + '/' + rule.name()).getBytes(UTF_8);
        byte[] id = (device + '/' + rule.name() + '/' + change.after().revision()).getBytes(UTF_8);
        return new OutRecord(key, value, events.attributes(id));
    }
}
