package io.millrace.topology.desk;

import io.millrace.topology.desk.Control.Silence;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** How a silence is stored. */
final class SilenceCodec {
    private static final byte VERSION = 1;

    private SilenceCodec() {}

    static byte[] encode(Silence silence) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeUTF(silence.device());
            out.writeUTF(silence.rule());
            out.writeUTF(silence.group());
            out.writeLong(silence.fromMs());
            out.writeLong(silence.untilMs());
            out.writeUTF(silence.author());
            out.writeUTF(silence.comment());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory
        }
        return bytes.toByteArray();
    }

    static Silence decode(String id, byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("stored silence must have version " + VERSION + ", got: " + version);
            }
            return new Silence(
                    id,
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readLong(),
                    in.readLong(),
                    in.readUTF(),
                    in.readUTF());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
