package io.millrace.topology.ingest;

import org.jspecify.annotations.Nullable;

/**
 * One record as it arrived: bytes, and where they came from. The arrays are shared with the source and must
 * not be changed.
 *
 * @param topic the source topic, or the file's name
 * @param partition the source partition
 * @param offset the source offset
 * @param timestampMs the record's own timestamp, epoch milliseconds
 * @param key the record's key
 * @param value the payload
 * @param device what a header says of the device, where the pipeline goes by one
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; copying the payload would cost every record
public record RawEvent(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        byte @Nullable [] key,
        byte @Nullable [] value,
        byte @Nullable [] device) {
    /** Of a source whose headers say nothing of the device. */
    public RawEvent(
            String topic,
            int partition,
            long offset,
            long timestampMs,
            byte @Nullable [] key,
            byte @Nullable [] value) {
        this(topic, partition, offset, timestampMs, key, value, null);
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
