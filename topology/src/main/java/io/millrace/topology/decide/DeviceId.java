package io.millrace.topology.decide;

import java.util.Arrays;

/** A device's id as a key. One that is used to look up may be set anew again and again. Not thread-safe. */
final class DeviceId {
    private byte[] utf8;
    private int hash;

    DeviceId(byte[] utf8) {
        this.utf8 = utf8;
        hash = Arrays.hashCode(utf8);
    }

    DeviceId set(byte[] other) {
        utf8 = other;
        hash = Arrays.hashCode(other);
        return this;
    }

    byte[] utf8() {
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
