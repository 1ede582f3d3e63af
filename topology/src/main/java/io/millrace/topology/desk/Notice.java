package io.millrace.topology.desk;

import org.jspecify.annotations.Nullable;

/**
 * A record of the alerts topic.
 *
 * @param key {@code device/rule}, or {@code group/@rule} of a storm
 * @param body the alert as JSON, without its last brace; {@code null}: the record is to be deleted
 * @param cause why it is written
 * @param revision how many records of this key were written
 * @param reason why nobody is to be told; {@code null}: somebody is
 * @param late whether it belongs to the past
 * @param silence the silence that it is under; empty: none
 * @param parent the storm that it belongs to; empty: none
 * @param ack who has acknowledged it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, and never compared
public record Notice(
        String key,
        byte @Nullable [] body,
        String cause,
        int revision,
        @Nullable String reason,
        boolean late,
        String silence,
        String parent,
        @Nullable Ack ack) {

    /** Who has seen an alert. */
    public record Ack(String author, String comment, long timeMs) {}
}
