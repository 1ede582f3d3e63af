package io.millrace.connectors.testing;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What can go wrong, on request. Each method acts at once on those who read the partition now, and tells how many were
 * hit: 0 means that nobody was there. Who has been stalled or frozen before no longer counts. {@link FaultKind} lists
 * them for tests that choose at random.
 *
 * <p>Thread-safe.
 */
public final class Faults {
    private static final byte[] GARBAGE = {0, 0, 0, 9, 2, 0, 0, 0, (byte) 0xff, 0x7f, 0x7f, 0x7f};
    private static final long HIGHEST_EPOCH = Long.MAX_VALUE;

    private final Namespace namespace;
    private final EventLoop loop;

    Faults(Namespace namespace, EventLoop loop) {
        this.namespace = namespace;
        this.loop = loop;
    }

    /** The sockets of the partition's readers end without a word. */
    public int dropSocket(String hub, int partition) {
        return onReaders(hub, partition, reader -> reader.connection().drop());
    }

    /** The sockets of all clients end without a word. */
    public int dropAll() {
        return loop.call(() -> {
            loop.connections().forEach(PeerConnection::drop);
            return loop.connections().size();
        });
    }

    /** The partition's readers are detached: {@code amqp:link:detach-forced}. */
    public int detach(String hub, int partition) {
        return onReaders(hub, partition, reader -> reader.connection()
                .detach(
                        reader,
                        AmqpError.condition(
                                AmqpError.DETACH_FORCED,
                                "The link is force detached. Code: publisher(link1). Details:"
                                        + " AmqpMessagePublisher.IdleTimerExpired: Idle timeout: 00:10:00.")));
    }

    /** The connections of the partition's readers are closed: {@code amqp:connection:forced}. */
    public int forceClose(String hub, int partition) {
        return onReaders(hub, partition, reader -> reader.connection()
                .forceClose("amqp:connection:forced", "The connection was closed by the service."));
    }

    /** Nothing comes on the partition's links any more, and nobody is told. Links that follow are well. */
    public int stall(String hub, int partition) {
        return onReaders(hub, partition, ReaderLink::stall);
    }

    /** The connections of the partition's readers fall silent as a whole: nothing is read, nothing is written. */
    public int freeze(String hub, int partition) {
        return onReaders(hub, partition, reader -> reader.connection().freeze());
    }

    /** A hub answers everything with {@code com.microsoft:server-busy} for this long, by the peer's clock. */
    public int serverBusy(String hub, Duration length) {
        return loop.call(() -> {
            namespace.hub(hub).busyUntil(namespace.now().plus(length));
            List<ReaderLink> hit = readers(hub, -1);
            hit.forEach(reader ->
                    reader.connection().detach(reader, AmqpError.busy(hub).condition()));
            return hit.size();
        });
    }

    /** Another reader with a higher epoch comes and goes: {@code amqp:link:stolen}. */
    public int stealEpoch(String hub, int partition) {
        return onReaders(hub, partition, reader -> reader.steal(HIGHEST_EPOCH));
    }

    /** Who attaches to the partition next is given so many events once more that come before those it asked for. */
    public void repeatAfterReconnect(String hub, int partition, long events) {
        loop.call(() -> {
            namespace.repeatNext(hub, Integer.toString(partition), events);
            return 0;
        });
    }

    /** The connections of the partition's readers are sent bytes that are no AMQP frame, then end. */
    public int malformedFrame(String hub, int partition) {
        return onReaders(hub, partition, reader -> reader.connection().sendGarbage(GARBAGE));
    }

    /** The tokens of the partition's readers are taken for expired: {@code amqp:unauthorized-access}. */
    public int expireTokens(String hub, int partition) {
        return onReaders(
                hub, partition, reader -> reader.connection().authority().expire());
    }

    /** Events and credit come one at a time, a hundred a second, for this long, by the peer's clock. */
    public int slow(String hub, Duration length) {
        return loop.call(() -> {
            namespace.hub(hub).slowUntil(namespace.now().plus(length));
            return readers(hub, -1).size();
        });
    }

    /** Events are taken in and their senders told nothing, for as long as this is on. */
    public void mute(String hub, boolean on) {
        loop.call(() -> {
            namespace.hub(hub).setMute(on);
            return 0;
        });
    }

    /** So many events are left out, which no service should do: readers must notice. */
    public int skip(String hub, int partition, long events) {
        return onReaders(hub, partition, reader -> reader.skip(events));
    }

    boolean isRead(String hub, int partition) {
        return onReaders(hub, partition, reader -> {}) > 0;
    }

    private int onReaders(String hub, int partition, Consumer<ReaderLink> action) {
        return loop.call(() -> {
            List<ReaderLink> hit = readers(hub, partition);
            hit.forEach(action);
            return hit.size();
        });
    }

    private List<ReaderLink> readers(String hub, int partition) {
        return namespace.readers().stream()
                .filter(ReaderLink::isWell)
                .filter(reader -> partition < 0
                        ? reader.path().startsWith(hub + '/')
                        : reader.key().equals(Namespace.key(hub, Integer.toString(partition))))
                .toList();
    }
}
