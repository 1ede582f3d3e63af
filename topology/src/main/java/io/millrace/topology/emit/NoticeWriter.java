package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.desk.Notice;
import java.util.List;

/**
 * Puts alerts on the wire: one JSON object for each change, keyed {@code device/rule}, so that a compacted topic is the
 * table of current alerts. Not thread-safe.
 */
public final class NoticeWriter {
    private final String pipeline;
    private final CloudEvents events;
    private final JsonBytes json = new JsonBytes();

    public NoticeWriter(String pipeline) {
        this.pipeline = pipeline;
        this.events = CloudEvents.alerts(pipeline);
    }

    /** The record of a notice: its body, and what the desk has decided. */
    public OutRecord write(Notice notice) {
        byte[] key = notice.key().getBytes(UTF_8);
        byte[] body = notice.body();
        if (body == null) {
            return new OutRecord(key, null, List.of());
        }
        json.reset().raw(body).raw(",\"cause\":").string(notice.cause());
        json.raw(",\"revision\":").number(notice.revision());
        String reason = notice.reason();
        json.raw(",\"notify\":").raw(reason == null ? "true" : "false");
        if (reason != null) {
            json.raw(",\"reason\":").string(reason);
        }
        if (notice.late()) {
            json.raw(",\"late\":true");
        }
        if (!notice.silence().isEmpty()) {
            json.raw(",\"silence\":").string(notice.silence());
        }
        if (!notice.parent().isEmpty()) {
            json.raw(",\"parent\":").string(notice.parent());
        }
        Notice.Ack ack = notice.ack();
        if (ack != null) {
            json.raw(",\"acknowledged\":{\"author\":").string(ack.author());
            json.raw(",\"comment\":").string(ack.comment());
            json.raw(",\"time\":").number(ack.timeMs()).raw('}');
        }
        byte[] id = (notice.key() + '/' + notice.revision()).getBytes(UTF_8);
        return new OutRecord(key, json.raw('}').toArray(), events.attributes(id));
    }

    /** The body of a storm. */
    public byte[] storm(
            String rule,
            String group,
            boolean open,
            String severity,
            int count,
            int children,
            long sinceMs,
            long timeMs) {
        json.reset().raw("{\"rule\":").string(rule).raw(",\"state\":").string(open ? "FIRING" : "RESOLVED");
        json.raw(",\"severity\":").string(severity);
        json.raw(",\"since\":").number(sinceMs).raw(",\"time\":").number(timeMs);
        json.raw(",\"group\":").string(group).raw(",\"pipeline\":").string(pipeline);
        return json.raw(",\"storm\":{\"count\":")
                .number(count)
                .raw(",\"open\":")
                .number(children)
                .raw('}')
                .toArray();
    }

    /** The body of a summary of the past. */
    public byte[] summary(long raised, long cleared, long open, long fromMs, long untilMs, long timeMs) {
        json.reset().raw("{\"rule\":\"@catch-up\",\"state\":\"RESOLVED\",\"severity\":\"info\",\"since\":");
        json.number(fromMs)
                .raw(",\"time\":")
                .number(timeMs)
                .raw(",\"pipeline\":")
                .string(pipeline);
        json.raw(",\"summary\":{\"raised\":")
                .number(raised)
                .raw(",\"cleared\":")
                .number(cleared);
        json.raw(",\"open\":").number(open).raw(",\"from\":").number(fromMs);
        return json.raw(",\"until\":").number(untilMs).raw('}').toArray();
    }
}
