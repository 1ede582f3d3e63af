package io.millrace.connectors.eventhubs;

import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import com.azure.messaging.eventhubs.models.ReceiveOptions;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;

/**
 * Reads one partition, for as long as its {@link Feed} lives.
 *
 * <p>The SDK's receiver ends without a word when a socket drops, with an error when it is detached, and sometimes falls
 * silent while events wait. So each subscription is one of many:
 *
 * <pre>
 *   resting ── pause over ──▶ asking ── $management has told ──▶ reading
 *      ▲                        │                                  │
 *      └──── error, time-out ───┴── end, error, or silence ────────┘
 * </pre>
 *
 * <p>Before each one the partition's bounds are asked for: so a loss is known before the first event comes. Sequence
 * numbers follow each other without a gap; what is below the expected one has come before and is dropped, what is above
 * tells of a loss.
 *
 * <p>Demand is bounded: what is asked for and what waits here are never more than {@code prefetch}.
 *
 * <p>The subscription is changed on the feed's thread only; events come on the SDK's; {@link #drain} is the task's.
 */
final class PartitionReader {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionReader.class);
    private static final long UNKNOWN = -1;
    private static final int TRIES_PER_CLIENT = 3;
    private static final int HOPELESS = 8; // refusals in a row that trying again does not cure

    private final Feed feed;
    private final String id;
    private final int prefetch;
    private final Deque<Item> queue = new ArrayDeque<>();
    private final Pauses pauses;
    private long expected = UNKNOWN;
    private @Nullable String hub;
    private @Nullable Events current;
    private long lastNanos;
    private boolean asking;
    private int refusals;

    PartitionReader(Feed feed, String id, @Nullable Position position) {
        this.feed = feed;
        this.id = id;
        this.prefetch = feed.config().getInt(SourceConfig.PREFETCH);
        this.pauses = new Pauses(
                feed.config().duration(SourceConfig.BACKOFF), feed.config().duration(SourceConfig.BACKOFF_MAX));
        if (position != null) {
            expected = position.sequence() + 1;
            hub = position.hub();
        }
    }

    /** One subscription. */
    private final class Events extends BaseSubscriber<PartitionEvent> {
        private final Feed.Client client;
        private final long sinceNanos = feed.nanos();
        private volatile boolean fruitful;
        private boolean lookedInto; // a question of its own: it must not keep the next subscription from beginning

        Events(Feed.Client client) {
            this.client = client;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            int free;
            synchronized (PartitionReader.this) {
                free = prefetch - queue.size();
            }
            if (free > 0) {
                request(free);
            }
        }

        @Override
        protected void hookOnNext(PartitionEvent event) {
            fruitful = true;
            if (!take(this, event.getData())) {
                request(1);
            }
        }

        @Override
        protected void hookOnComplete() {
            feed.execute(() -> ended(this, null));
        }

        @Override
        protected void hookOnError(Throwable error) {
            feed.execute(() -> ended(this, error));
        }
    }

    /** @return false if the event has come before */
    private boolean take(Events from, EventData data) {
        long sequence = data.getSequenceNumber();
        synchronized (this) {
            if (from != current) {
                return true; // of a subscription that has been given up; it will come again
            }
            lastNanos = feed.nanos();
            if (expected != UNKNOWN && sequence < expected) {
                feed.metrics().add(SourceCount.DUPLICATES, 1);
                return false;
            }
            if (expected != UNKNOWN && sequence > expected) {
                lose(Item.Reason.SKIPPED, expected, sequence - 1, sequence, from.client.hub());
            }
            queue.add(new Item.Event(id, from.client.hub(), data));
            expected = sequence + 1;
        }
        feed.signal();
        return true;
    }

    /** Moves what has come, up to a number, and asks for as much again. On the task's thread. */
    int drain(Collection<Item> into, int most) {
        Events from;
        int events = 0;
        int items = 0;
        synchronized (this) {
            for (Item item = queue.peek(); item != null && items < most; item = queue.peek()) {
                into.add(queue.remove());
                items++;
                events += item instanceof Item.Event ? 1 : 0;
            }
            from = current;
        }
        if (events > 0 && from != null) {
            from.request(events);
        }
        return items;
    }

    synchronized boolean hasItems() {
        return !queue.isEmpty();
    }

    /** Begins, or begins again. */
    void open() {
        if (asking || current != null || feed.isClosed()) {
            return;
        }
        asking = true;
        Feed.Client client;
        try {
            client = feed.client();
        } catch (RuntimeException e) {
            refused(null, e);
            return;
        }
        client.properties(id)
                .subscribe(
                        properties -> feed.execute(() -> begin(client, properties)),
                        error -> feed.execute(() -> refused(client, error)));
    }

    private void begin(Feed.Client client, PartitionProperties properties) {
        asking = false;
        if (feed.isClosed() || !client.isCurrent()) {
            open();
            return;
        }
        ReceiveOptions options = new ReceiveOptions();
        feed.config().ownerLevel().ifPresent(options::setOwnerLevel);
        Events events = new Events(client);
        EventPosition from;
        synchronized (this) {
            from = locate(client, properties);
            current = events;
            lastNanos = feed.nanos();
        }
        feed.signal();
        feed.metrics().add(SourceCount.SUBSCRIPTIONS, 1);
        client.receive(id, from, options).subscribe(events);
    }

    /** Where to go on, and what is gone. */
    private EventPosition locate(Feed.Client client, PartitionProperties properties) {
        long last = properties.getLastEnqueuedSequenceNumber();
        long first = properties.isEmpty() ? last + 1 : properties.getBeginningSequenceNumber();
        if (expected != UNKNOWN && hub != null && !hub.equals(client.hub())) {
            lose(Item.Reason.MOVED, expected, expected - 1, first, client.hub());
        } else if (expected != UNKNOWN && last < expected - 1) {
            lose(Item.Reason.RECREATED, expected, expected - 1, first, client.hub());
        } else if (expected != UNKNOWN && first > expected) {
            lose(Item.Reason.RETENTION, expected, first - 1, first, client.hub());
        }
        hub = client.hub();
        StartAt start = feed.config().start();
        if (expected == UNKNOWN && start instanceof StartAt.Latest) {
            expected = last + 1; // or a second try would leave out what came between
        }
        if (expected != UNKNOWN) {
            return expected == 0 ? EventPosition.earliest() : EventPosition.fromSequenceNumber(expected - 1);
        }
        return start instanceof StartAt.Sequence sequence
                ? EventPosition.fromSequenceNumber(sequence.number(), true)
                : start.position();
    }

    private void lose(Item.Reason reason, long from, long to, long next, String where) {
        Item.Loss loss = new Item.Loss(id, where, reason, from, to, next);
        LOG.warn(
                "events are gone: hub={} partition={} from={} to={} next={} why={}",
                where,
                id,
                from,
                to,
                next,
                reason.text());
        feed.metrics().add(SourceCount.LOST, Math.max(1, loss.count()));
        queue.add(loss);
        expected = next;
    }

    private void ended(Events events, @Nullable Throwable error) {
        if (events != current) {
            return;
        }
        synchronized (this) {
            current = null;
        }
        boolean stolen =
                error instanceof AmqpException amqp && amqp.getErrorCondition() == AmqpErrorCondition.LINK_STOLEN;
        if (stolen) {
            feed.metrics().add(SourceCount.STOLEN, 1);
            LOG.warn("another reader has taken partition {} of {}: two must not share a consumer group", id, hub);
        }
        pauses.ended(events.fruitful, stolen, feed.nanos() - events.sinceNanos);
        if (pauses.failures() == 0 || stolen) {
            refusals = 0;
        }
        if (error == null && events.client.isMovable()) {
            events.client.giveUp(); // a failover looks like this; ask again where the hub is
        }
        settle(error);
    }

    private void refused(Feed.@Nullable Client client, Throwable error) {
        asking = false;
        pauses.ended(false, false, 0);
        boolean inVain = pauses.failures() % TRIES_PER_CLIENT == 0 && !isBusy(error);
        if (client != null && (client.isMute() || inVain)) {
            client.giveUp(); // a connection that is open and answers nothing, or nothing good
        }
        settle(error);
    }

    /** Whether to try again is likely to be in vain. */
    static boolean isRefusal(Throwable error) {
        return (error instanceof AmqpException amqp && !amqp.isTransient())
                || error instanceof IllegalArgumentException;
    }

    /** Nothing is wrong with the connection then, which other partitions use as well. */
    private static boolean isBusy(Throwable error) {
        return error instanceof AmqpException amqp && amqp.getErrorCondition() == AmqpErrorCondition.SERVER_BUSY_ERROR;
    }

    private void settle(@Nullable Throwable error) {
        if (feed.isClosed()) {
            return;
        }
        if (error != null && isRefusal(error)) {
            refusals++;
        }
        if (refusals >= HOPELESS) {
            feed.fail("partition " + id + " cannot be read: " + Safe.text(error));
            return;
        }
        long pauseMs = pauses.nextMs();
        LOG.info(
                "partition is subscribed again: hub={} partition={} expected={} in={} ms why={}",
                hub,
                id,
                expected,
                pauseMs,
                Safe.text(error));
        feed.schedule(this::open, pauseMs);
    }

    /** Is asked often: a partition that has been silent for long while it was to give is looked into. */
    void watch() {
        Events events = current;
        boolean silent;
        synchronized (this) {
            silent = events != null
                    && queue.size() < prefetch
                    && feed.nanos() - lastNanos
                            >= feed.config().duration(SourceConfig.STALL).toNanos();
        }
        if (!silent || events == null || events.lookedInto) {
            return;
        }
        events.lookedInto = true;
        events.client
                .properties(id)
                .subscribe(
                        properties -> feed.execute(() -> judge(events, properties)),
                        error -> feed.execute(() -> {
                            events.lookedInto = false;
                            if (events == current) {
                                stalled(events, "and $management does not answer: " + Safe.text(error));
                                if (events.client.isMute()) {
                                    events.client.giveUp();
                                }
                            }
                        }));
    }

    private void judge(Events events, PartitionProperties properties) {
        events.lookedInto = false;
        if (events != current) {
            return;
        }
        boolean waiting;
        synchronized (this) {
            boolean silent = feed.nanos() - lastNanos
                    >= feed.config().duration(SourceConfig.STALL).toNanos();
            waiting = silent
                    && !properties.isEmpty()
                    && (expected == UNKNOWN
                            ? !(feed.config().start() instanceof StartAt.At)
                            : properties.getLastEnqueuedSequenceNumber() >= expected);
            lastNanos = silent && !waiting ? feed.nanos() : lastNanos; // all is well; ask again as much later
        }
        if (waiting) {
            stalled(events, "while the hub has events up to " + properties.getLastEnqueuedSequenceNumber());
        }
    }

    private void stalled(Events events, String how) {
        feed.metrics().add(SourceCount.STALLS, 1);
        LOG.warn("partition has fallen silent: hub={} partition={} expected={} {}", hub, id, expected, how);
        giveUp(events.client);
    }

    /** Ends the subscription if it is one of that client's, and begins again. */
    void giveUp(Feed.Client client) {
        Events events = current;
        if (events != null && events.client == client) {
            synchronized (this) {
                current = null;
            }
            events.dispose();
            pauses.ended(events.fruitful, false, feed.nanos() - events.sinceNanos);
            feed.schedule(this::open, pauses.nextMs());
        }
    }

    void close() {
        Events events = current;
        synchronized (this) {
            current = null;
        }
        if (events != null) {
            events.dispose();
        }
    }
}
