package io.millrace.topology.emit;

import io.millrace.topology.ingest.RawEvent;

/**
 * Where a record came from, in JSON. Remembers the last topic's bytes, since most often it is the same again. Not
 * thread-safe.
 */
final class SourceMember {
    private static final byte[] OFFSET = new JsonBytes().raw(",\"offset\":").toArray();

    private String topic = "";
    private byte[] topicJson = {};
    private final JsonBytes scratch = new JsonBytes();

    /** A member with a leading comma: {@code ,"source":{"topic":"telemetry","partition":3,"offset":1234}}. */
    void write(RawEvent raw, JsonBytes json) {
        if (!topic.equals(raw.topic())) {
            topic = raw.topic();
            topicJson = scratch.reset()
                    .raw(",\"source\":{\"topic\":")
                    .string(topic)
                    .raw(",\"partition\":")
                    .toArray();
        }
        json.raw(topicJson)
                .number(raw.partition())
                .raw(OFFSET)
                .number(raw.offset())
                .raw('}');
    }

    /** An id that each replay of the record gives again: {@code telemetry-3-1234}. */
    byte[] id(RawEvent raw) {
        scratch.reset().raw(raw.topic()).raw('-').number(raw.partition()).raw('-');
        return scratch.number(raw.offset()).toArray();
    }
}
