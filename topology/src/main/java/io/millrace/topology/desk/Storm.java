package io.millrace.topology.desk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** The raises of one rule in one group, and whether they are a storm. */
final class Storm {
    private static final byte VERSION = 1;

    final String rule;
    final String group;
    /** The last raises, by the wall clock; the oldest first. Empty while it is open. */
    final Deque<Raise> recent = new ArrayDeque<>();

    boolean open;
    boolean announced;
    String severity = "";
    long sinceMs;
    long lastMs;
    int revision;
    /** Alerts that have belonged to it. */
    int count;
    /** Those of them that are open. Not stored: it is counted from the alerts. */
    int children;

    int toldCount;
    int toldChildren;

    /** A raise. */
    record Raise(long atMs, String key) {}

    Storm(String rule, String group) {
        this.rule = rule;
        this.group = group;
    }

    /** A rule's name begins with a letter or digit, so that no alert of a device has such a key. */
    static String key(String rule, String group) {
        return group + "/@" + rule;
    }

    String key() {
        return key(rule, group);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeUTF(rule);
            out.writeUTF(group);
            out.writeBoolean(open);
            out.writeBoolean(announced);
            out.writeUTF(severity);
            out.writeLong(sinceMs);
            out.writeLong(lastMs);
            out.writeInt(revision);
            out.writeInt(count);
            out.writeInt(recent.size());
            for (Raise raise : recent) {
                out.writeLong(raise.atMs());
                out.writeUTF(raise.key());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory
        }
        return bytes.toByteArray();
    }

    static Storm decode(byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("alert storm must have version " + VERSION + ", got: " + version);
            }
            Storm storm = new Storm(in.readUTF(), in.readUTF());
            storm.open = in.readBoolean();
            storm.announced = in.readBoolean();
            storm.severity = in.readUTF();
            storm.sinceMs = in.readLong();
            storm.lastMs = in.readLong();
            storm.revision = in.readInt();
            storm.count = in.readInt();
            for (int left = in.readInt(); left > 0; left--) {
                storm.recent.add(new Raise(in.readLong(), in.readUTF()));
            }
            return storm;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
