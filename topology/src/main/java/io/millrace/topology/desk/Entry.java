package io.millrace.topology.desk;

import io.millrace.topology.decide.Cause;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What the desk knows of one alert. */
final class Entry {
    private static final byte VERSION = 1;

    Report report;
    /** Records written of it. */
    int revision;
    /** Whether somebody was told that it is open. */
    boolean announced;

    String silence = "";
    String parent = "";
    Notice.@Nullable Ack ack;

    Entry(Report report) {
        this.report = report;
    }

    boolean open() {
        return switch (report.state()) {
            case "RESOLVED", "QUIET", "PENDING" -> false;
            default -> true;
        };
    }

    /** Takes in the alert's next state. What it is grouped by stays, where the report does not know. */
    void update(Report next) {
        report = next.group().isEmpty() && !report.group().isEmpty() ? withGroup(next, report.group()) : next;
        revision = Math.max(revision + 1, next.revision());
    }

    private static Report withGroup(Report of, String group) {
        return new Report(
                of.device(),
                of.rule(),
                group,
                of.state(),
                of.cause(),
                of.severity(),
                of.late(),
                of.sinceMs(),
                of.timeMs(),
                of.revision(),
                of.body());
    }

    Notice notice(String cause, @Nullable String reason) {
        return new Notice(report.key(), report.body(), cause, revision, reason, report.late(), silence, parent, ack);
    }

    Notice tombstone() {
        return new Notice(report.key(), null, Cause.FORGOTTEN.word(), revision, null, false, "", "", null);
    }

    byte[] encode() {
        byte[] inner = report.encode();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + inner.length);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeInt(revision);
            out.writeBoolean(announced);
            out.writeUTF(silence);
            out.writeUTF(parent);
            Notice.Ack seen = ack;
            out.writeBoolean(seen != null);
            if (seen != null) {
                out.writeUTF(seen.author());
                out.writeUTF(seen.comment());
                out.writeLong(seen.timeMs());
            }
            out.writeInt(inner.length);
            out.write(inner);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory
        }
        return bytes.toByteArray();
    }

    static Entry decode(byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("alert entry must have version " + VERSION + ", got: " + version);
            }
            int revision = in.readInt();
            boolean announced = in.readBoolean();
            String silence = in.readUTF();
            String parent = in.readUTF();
            Notice.Ack ack = in.readBoolean() ? new Notice.Ack(in.readUTF(), in.readUTF(), in.readLong()) : null;
            Entry entry = new Entry(Report.decode(in.readNBytes(in.readInt())));
            entry.revision = revision;
            entry.announced = announced;
            entry.silence = silence;
            entry.parent = parent;
            entry.ack = ack;
            return entry;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
