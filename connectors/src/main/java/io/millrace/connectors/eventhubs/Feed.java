package io.millrace.connectors.eventhubs;

import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import com.azure.messaging.eventhubs.models.ReceiveOptions;
import io.millrace.connectors.delivery.Counts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The partitions of one task, each with its {@link PartitionReader}, over one client of the SDK, which is replaced when
 * it no longer answers.
 *
 * <p>{@link #poll} is for one thread, the task's; everything that changes subscriptions happens on the feed's own.
 */
final class Feed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final long LONGEST_WATCH_MS = 1_000;

    private final SourceConfig config;
    private final Counts<SourceCount> metrics;
    private final LongSupplier nanos;
    private final List<PartitionReader> readers = new ArrayList<>();
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, task -> daemon(task, "millrace-eventhubs-supervisor"));
    private @Nullable Client client;
    private volatile @Nullable ConnectException failure;
    private volatile boolean closed;
    private volatile boolean waiting;
    private volatile @Nullable Thread poller;
    private int turn;

    Feed(
            SourceConfig config,
            Map<String, @Nullable Position> partitions,
            Counts<SourceCount> metrics,
            LongSupplier nanos) {
        this.config = config;
        this.metrics = metrics;
        this.nanos = nanos;
        thread.setRemoveOnCancelPolicy(true);
        partitions.forEach((id, position) -> readers.add(new PartitionReader(this, id, position)));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // guarded
    void start() {
        execute(() -> readers.forEach(PartitionReader::open));
        long periodMs = Math.min(config.duration(SourceConfig.STALL).toMillis() / 4 + 1, LONGEST_WATCH_MS);
        thread.scheduleWithFixedDelay(
                guarded(() -> readers.forEach(PartitionReader::watch)), periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    /** One client of the SDK, for as long as it is good. */
    final class Client {
        private final EventHubConsumerAsyncClient sdk;
        private final HubAddress address;
        private volatile long answeredNanos = nanos();

        Client(HubAddress address) {
            this.sdk = address.open(config);
            this.address = address;
        }

        String hub() {
            return address.identity();
        }

        boolean isMovable() {
            return address.movable();
        }

        boolean isCurrent() {
            return this == client;
        }

        /** Ends with an answer or an error. The SDK's own ends with neither when the client is closed meanwhile. */
        Mono<PartitionProperties> properties(String id) {
            return sdk.getPartitionProperties(id)
                    .switchIfEmpty(Mono.error(() -> new IllegalStateException("the client has been closed")))
                    .timeout(config.duration(SourceConfig.TIMEOUT))
                    .doOnNext(properties -> answeredNanos = nanos());
        }

        /** Whether it has answered nobody for longer than a busy machine explains. */
        boolean isMute() {
            return nanos() - answeredNanos
                    > config.duration(SourceConfig.TIMEOUT).toNanos() * 3 / 2;
        }

        Flux<PartitionEvent> receive(String id, EventPosition position, ReceiveOptions options) {
            return sdk.receiveFromPartition(id, position, options);
        }

        /** No longer good: all partitions begin again with another. */
        void giveUp() {
            if (!isCurrent()) {
                return;
            }
            client = null;
            readers.forEach(reader -> reader.giveUp(this));
            closeAside();
        }

        /** Closing waits for a connection that may answer nothing. */
        private void closeAside() {
            daemon(sdk::close, "millrace-eventhubs-close").start();
        }
    }

    /** The client of now; asks where the hub is if there is none. On the feed's thread. */
    Client client() {
        Client found = client;
        if (found == null) {
            found = new Client(HubAddress.resolve(config));
            client = found;
        }
        return found;
    }

    /**
     * What has come, each partition's in its order; waits for it if there is none.
     *
     * @throws ConnectException if reading cannot go on
     */
    List<Item> poll(int most, Duration wait) {
        List<Item> items = new ArrayList<>();
        long deadline = System.nanoTime() + wait.toNanos();
        poller = Thread.currentThread();
        while (true) {
            ConnectException failed = failure;
            if (failed != null) {
                throw failed;
            }
            drain(items, most);
            long left = deadline - System.nanoTime();
            if (!items.isEmpty() || left <= 0 || closed) {
                return items;
            }
            waiting = true;
            if (readers.stream().noneMatch(PartitionReader::hasItems)) {
                LockSupport.parkNanos(this, left);
            }
            waiting = false;
            if (Thread.currentThread().isInterrupted()) {
                return items;
            }
        }
    }

    /** Each partition gets its share; who is first changes. */
    private void drain(List<Item> items, int most) {
        int share = Math.max(1, most / Math.max(1, readers.size()));
        for (int i = 0; i < readers.size(); i++) {
            readers.get((turn + i) % readers.size()).drain(items, share);
        }
        turn = (turn + 1) % Math.max(1, readers.size());
    }

    /** Tells the task's thread that there is something. */
    void signal() {
        if (waiting) {
            waiting = false;
            LockSupport.unpark(poller);
        }
    }

    void fail(String why) {
        LOG.error("reading cannot go on: {}", why);
        failure = new ConnectException(why);
        waiting = false;
        LockSupport.unpark(poller);
    }

    SourceConfig config() {
        return config;
    }

    Counts<SourceCount> metrics() {
        return metrics;
    }

    long nanos() {
        return nanos.getAsLong();
    }

    boolean isClosed() {
        return closed;
    }

    void execute(Runnable task) {
        schedule(task, 0);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // guarded
    void schedule(Runnable task, long delayMs) {
        try {
            thread.schedule(guarded(task), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the feed is closed", e);
        }
    }

    /** Nothing that goes wrong on the feed's thread may go unnoticed: a partition would be read no more. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | LinkageError e) {
                LOG.error("a partition's reader has failed", e);
                fail("a partition's reader has failed: " + Safe.text(e));
            }
        };
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Ends all subscriptions. Does not wait for the connection to close. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        execute(() -> {
            readers.forEach(PartitionReader::close);
            Client last = client;
            if (last != null) {
                last.closeAside();
            }
            thread.shutdownNow();
        });
        LockSupport.unpark(poller);
    }
}
