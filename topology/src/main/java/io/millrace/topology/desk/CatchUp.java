package io.millrace.topology.desk;

import java.nio.ByteBuffer;

/** What a backlog has brought so far. */
final class CatchUp {
    /** How long nothing of the past must have been told before it is summed up. */
    static final long SETTLE_MS = 60_000;

    long raised;
    long cleared;
    long fromMs = Long.MAX_VALUE;
    long untilMs = Long.MIN_VALUE;
    long lastMs;
    int revision;

    void count(boolean opened, long timeMs, long nowMs) {
        raised += opened ? 1 : 0;
        cleared += opened ? 0 : 1;
        fromMs = Math.min(fromMs, timeMs);
        untilMs = Math.max(untilMs, timeMs);
        lastMs = nowMs;
    }

    boolean any() {
        return raised + cleared > 0;
    }

    /** Whether the backlog seems to be over. */
    boolean due(long nowMs) {
        return any() && nowMs - lastMs >= SETTLE_MS;
    }

    void reset() {
        raised = 0;
        cleared = 0;
        fromMs = Long.MAX_VALUE;
        untilMs = Long.MIN_VALUE;
    }

    byte[] encode() {
        return ByteBuffer.allocate(5 * Long.BYTES + Integer.BYTES)
                .putLong(raised)
                .putLong(cleared)
                .putLong(fromMs)
                .putLong(untilMs)
                .putLong(lastMs)
                .putInt(revision)
                .array();
    }

    static CatchUp decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CatchUp catchUp = new CatchUp();
        catchUp.raised = in.getLong();
        catchUp.cleared = in.getLong();
        catchUp.fromMs = in.getLong();
        catchUp.untilMs = in.getLong();
        catchUp.lastMs = in.getLong();
        catchUp.revision = in.getInt();
        return catchUp;
    }
}
