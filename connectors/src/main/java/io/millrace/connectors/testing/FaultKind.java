package io.millrace.connectors.testing;

import java.time.Duration;

/** Every fault from which a reader should recover by itself, losing nothing, for tests that choose at random. */
public enum FaultKind {
    DROP_SOCKET,
    DETACH,
    FORCE_CLOSE,
    STALL,
    FREEZE,
    SERVER_BUSY,
    STEAL_EPOCH,
    MALFORMED_FRAME,
    EXPIRE_TOKENS,
    SLOW,
    REPEAT;

    private static final Duration LENGTH = Duration.ofMillis(100);
    private static final int REPEATED_EVENTS = 20;

    /**
     * Hits who reads a partition now; {@link #SERVER_BUSY} and {@link #SLOW} all readers of the hub, for a tenth of a
     * second by the peer's clock. Does nothing while nobody reads the partition: who tries again and again would keep
     * the hub busy, and all readers away.
     *
     * @return how many were hit
     */
    public int strike(Faults faults, String hub, int partition) {
        if (!faults.isRead(hub, partition)) {
            return 0;
        }
        return switch (this) {
            case DROP_SOCKET -> faults.dropSocket(hub, partition);
            case DETACH -> faults.detach(hub, partition);
            case FORCE_CLOSE -> faults.forceClose(hub, partition);
            case STALL -> faults.stall(hub, partition);
            case FREEZE -> faults.freeze(hub, partition);
            case SERVER_BUSY -> faults.serverBusy(hub, LENGTH);
            case STEAL_EPOCH -> faults.stealEpoch(hub, partition);
            case MALFORMED_FRAME -> faults.malformedFrame(hub, partition);
            case EXPIRE_TOKENS -> faults.expireTokens(hub, partition);
            case SLOW -> faults.slow(hub, LENGTH);
            case REPEAT -> {
                faults.repeatAfterReconnect(hub, partition, REPEATED_EVENTS);
                yield faults.dropSocket(hub, partition);
            }
        };
    }
}
