package io.millrace.topology.detect;

import java.nio.ByteBuffer;

/** Where a score stands among the device's own, the largest being the strangest ({@link Ranks}): about 260 bytes. */
final class Rank implements Detector {
    private final Ranks ranks = new Ranks();

    @Override
    public double next(double value) {
        return ranks.next(value);
    }

    @Override
    public int stateBytes() {
        return Ranks.BYTES;
    }

    @Override
    public void write(ByteBuffer out) {
        ranks.write(out);
    }

    @Override
    public void read(ByteBuffer in) {
        ranks.read(in);
    }
}
