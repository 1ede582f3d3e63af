package io.millrace.topology.emit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it goes on the wire.
 *
 * @param key the record's key
 * @param value the record's value
 * @param attributes headers, in order
 */
@SuppressWarnings("ArrayRecordComponent") // made once per record on the hot path, and never compared
public record OutRecord(byte @Nullable [] key, byte @Nullable [] value, List<Attribute> attributes) {

    /** One header. */
    public record Attribute(String name, byte[] value) {}
}
