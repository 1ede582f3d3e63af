package io.millrace.topology.emit;

import static io.millrace.topology.emit.CloudEvents.attribute;

import io.millrace.topology.decode.Rejected;
import io.millrace.topology.emit.OutRecord.Attribute;
import io.millrace.topology.ingest.RawEvent;
import java.util.ArrayList;
import java.util.List;

/** Puts rejected records on the wire: the original key and bytes, and in headers why and from where. */
public final class DeadLetters {
    private DeadLetters() {}

    /** The dead letter of a record. */
    public static OutRecord write(RawEvent raw, Rejected why) {
        List<Attribute> attributes = new ArrayList<>();
        attributes.add(attribute("millrace-stage", why.stage()));
        attributes.add(attribute("millrace-reason", why.reason().code()));
        if (why.field() != null) {
            attributes.add(attribute("millrace-field", why.field()));
        }
        attributes.add(attribute("millrace-detail", why.detail()));
        attributes.add(attribute("millrace-topic", raw.topic()));
        attributes.add(attribute("millrace-partition", Integer.toString(raw.partition())));
        attributes.add(attribute("millrace-offset", Long.toString(raw.offset())));
        attributes.add(attribute("millrace-timestamp", Long.toString(raw.timestampMs())));
        return new OutRecord(raw.key(), raw.value(), attributes);
    }
}
