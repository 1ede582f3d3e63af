package io.millrace.connectors.eventhubs;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a partition has been read, as Kafka Connect keeps it.
 *
 * @param sequence the sequence number of the last event that was read
 * @param offset that event's offset, for people and for other readers; we go by the sequence number
 * @param hub the event hub that they belong to, {@code HOST/NAME}: another one has other numbers
 */
record Position(long sequence, @Nullable String offset, String hub) {
    private static final String SEQUENCE = "sequence";
    private static final String OFFSET = "offset";
    private static final String HUB = "hub";

    Map<String, Object> toConnect() {
        Map<String, Object> map = new HashMap<>();
        map.put(SEQUENCE, sequence);
        map.put(HUB, hub);
        if (offset != null) {
            map.put(OFFSET, offset);
        }
        return map;
    }

    /** @return null if nothing was ever read */
    static @Nullable Position fromConnect(@Nullable Map<String, Object> map) {
        if (map == null || !(map.get(SEQUENCE) instanceof Number sequence)) {
            return null;
        }
        Object offset = map.get(OFFSET);
        return new Position(
                sequence.longValue(), offset == null ? null : offset.toString(), String.valueOf(map.get(HUB)));
    }
}
