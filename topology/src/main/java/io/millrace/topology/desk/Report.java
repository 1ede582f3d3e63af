package io.millrace.topology.desk;

import io.millrace.topology.decide.Cause;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A change of an alert on its way from its device's task to the desk.
 *
 * @param device the device id
 * @param rule the rule's name
 * @param group what the alert is grouped by; empty where that is unknown, or nothing
 * @param state the alert's state now
 * @param cause why it is told
 * @param severity how bad it is, or was, as on the wire
 * @param late whether it belongs to the past
 * @param sinceMs event time of what first spoke for it
 * @param timeMs event time of what decided
 * @param revision how many changes its task has told
 * @param body the alert as JSON, without its last brace: the desk's own members follow
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, and never compared
public record Report(
        String device,
        String rule,
        String group,
        String state,
        Cause cause,
        String severity,
        boolean late,
        long sinceMs,
        long timeMs,
        int revision,
        byte[] body) {
    private static final byte VERSION = 1;

    /** The alert's key: {@code device/rule}. */
    public String key() {
        return device + '/' + rule;
    }

    /** What {@link #decode} reads. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + body.length);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeUTF(device);
            out.writeUTF(rule);
            out.writeUTF(group);
            out.writeUTF(state);
            out.writeUTF(cause.name());
            out.writeUTF(severity);
            out.writeBoolean(late);
            out.writeLong(sinceMs);
            out.writeLong(timeMs);
            out.writeInt(revision);
            out.writeInt(body.length);
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalStateException if the bytes are of another version */
    public static Report decode(byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("alert report must have version " + VERSION + ", got: " + version);
            }
            return new Report(
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    Cause.valueOf(in.readUTF()),
                    in.readUTF(),
                    in.readBoolean(),
                    in.readLong(),
                    in.readLong(),
                    in.readInt(),
                    in.readNBytes(in.readInt()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
