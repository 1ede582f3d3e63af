package io.millrace.topology.key;

import java.util.Arrays;

/** A device's id as a key. One that is used to look up may be set anew again and again. Not thread-safe. */
public final class DeviceId {
    private byte[] utf8;
    private int hash;

    public DeviceId(byte[] utf8) {
        this.utf8 = utf8;
        hash = Arrays.hashCode(utf8);
    }

    public DeviceId set(byte[] other) {
        utf8 = other;
        hash = Arrays.hashCode(other);
        return this;
    }

    public byte[] utf8() {
        return utf8;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof DeviceId that && hash == that.hash && Arrays.equals(utf8, that.utf8);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
