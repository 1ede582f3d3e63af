package io.millrace.loadtest.generate;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventDataBatch;
import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import com.azure.messaging.eventhubs.models.CreateBatchOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way to one partition: a batch that is being filled, and at most one on its way, so that nothing overtakes. A batch
 * leaves as soon as the one before it has arrived: with one event where there is little to send, and full where there is
 * much. Who finds it full waits, which the schedule delay shows.
 *
 * <p>Filled by one thread; Azure's threads tell what has arrived. Holds three batches at most, each of what the hub takes
 * at once (1 MB, as a rule).
 */
final class PartitionLane {

    /** More than the client itself waits before it gives a batch up. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final EventHubProducerAsyncClient producer;
    private final CreateBatchOptions options;
    private final Journal journal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    /** Only the filling thread sees it: made before the lock is taken, since Azure's threads need the lock to go on. */
    private @Nullable EventDataBatch spare;

    /** Why the hub cannot be reached any more. Nobody waits for that again with each event. */
    private @Nullable RuntimeException lost;

    private @Nullable EventDataBatch open;
    private List<Entry> inOpen = new ArrayList<>();
    private List<Entry> onItsWay = List.of();

    /** What the journal is to be told of an event. */
    record Entry(int device, int sequence, long intendedNanos, boolean bad) {}

    /** Connects to the partition, so that the first event need not wait for it. */
    PartitionLane(EventHubProducerAsyncClient producer, String partition, Journal journal) {
        this.producer = producer;
        this.options = new CreateBatchOptions().setPartitionId(partition);
        this.journal = journal;
        this.spare = newBatch();
    }

    void send(EventData event, Entry entry) throws InterruptedException {
        while (true) {
            EventDataBatch fresh = spare == null ? newBatch() : spare;
            spare = fresh;
            lock.lock();
            try {
                EventDataBatch batch = open;
                if (batch == null) {
                    batch = fresh;
                    open = fresh;
                    spare = null;
                }
                if (batch.tryAdd(event)) {
                    inOpen.add(entry);
                    departIfFree();
                    return;
                }
                if (inOpen.isEmpty()) {
                    throw new IllegalArgumentException("an event must fit into a batch of the hub, which holds "
                            + batch.getMaxSizeInBytes() + " bytes");
                }
                await(batch);
            } finally {
                lock.unlock();
            }
        }
    }

    private EventDataBatch newBatch() {
        if (lost != null) {
            throw lost;
        }
        try {
            return Objects.requireNonNull(producer.createBatch(options).block(LIMIT), "the client makes one or throws");
        } catch (RuntimeException e) {
            lost = e;
            throw e;
        }
    }

    /** Waits until a full batch has left. */
    private void await(EventDataBatch full) throws InterruptedException {
        long left = LIMIT.toNanos();
        while (open == full) {
            if (left <= 0) {
                throw new IllegalStateException(
                        "the hub must take a batch within " + LIMIT.toSeconds() + " s, but did not");
            }
            left = moved.awaitNanos(left);
        }
    }

    /** Called with the lock. */
    private void departIfFree() {
        if (!onItsWay.isEmpty() || inOpen.isEmpty()) {
            return;
        }
        EventDataBatch batch = Objects.requireNonNull(open, "what is in it is listed beside it");
        List<Entry> entries = inOpen;
        open = null;
        inOpen = new ArrayList<>(entries.size());
        onItsWay = entries;
        moved.signalAll();
        producer.send(batch)
                .subscribe(nothing -> {}, failure -> arrived(entries, failure), () -> arrived(entries, null));
    }

    private void arrived(List<Entry> entries, @Nullable Throwable failure) {
        try {
            for (Entry entry : entries) {
                tell(entry, failure);
            }
        } finally {
            lock.lock();
            try {
                onItsWay = List.of();
                departIfFree();
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void tell(Entry entry, @Nullable Throwable failure) {
        if (failure == null) {
            int device = entry.device();
            journal.sent(device, entry.sequence(), device, entry.sequence(), entry.intendedNanos(), entry.bad());
        } else {
            journal.failed(failure instanceof Exception cause ? cause : new IllegalStateException(failure));
        }
    }

    /** Waits until all has arrived or has failed. What the client never tells of has failed. */
    void finish() throws InterruptedException {
        lock.lock();
        try {
            long left = LIMIT.toNanos();
            while (left > 0 && !onItsWay.isEmpty()) {
                left = moved.awaitNanos(left);
            }
            IllegalStateException cause =
                    new IllegalStateException("the client must tell what became of a batch, but did not");
            onItsWay.forEach(entry -> tell(entry, cause));
            inOpen.forEach(entry -> tell(entry, cause));
        } finally {
            lock.unlock();
        }
    }
}
