package io.millrace.loadtest.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Watches a pipeline's outputs as a {@code read_committed} consumer and enters into the ledger when each became
 * visible: when the poll that brought it returned. One thread of its own.
 */
public final class Receiver implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Outputs outputs;
    private final Matching matching;
    private final Ledger ledger;
    private final LongSupplier clock;
    private final Watcher watcher;
    private final long liveFrom;
    private final Position position = new Position();
    private final Recorder live = new Recorder(3);
    private final List<Alert> alerts = new ArrayList<>();
    private final Thread thread = new Thread(this::receive, "receiver");
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closing;

    /** Is told, on the receiver's thread, of each prediction: when it became visible, and the device it is about. */
    @FunctionalInterface
    public interface Watcher {
        void predicted(int device, long visibleNanos);
    }

    private record Alert(int stream, long position, long visibleNanos) {}

    /**
     * Starts to receive at once, from the beginning of the topics.
     *
     * @param clock nanoseconds after the start of the run
     * @param liveFrom records meant to be sent before then are in no {@link #liveLatency}
     */
    public Receiver(
            Map<String, String> client,
            Outputs outputs,
            Matching matching,
            Ledger ledger,
            LongSupplier clock,
            Watcher watcher,
            long liveFrom) {
        this.consumer = TopicReader.open(client, outputs.topics());
        this.outputs = outputs;
        this.matching = matching;
        this.ledger = ledger;
        this.clock = clock;
        this.watcher = watcher;
        this.liveFrom = liveFrom;
        thread.setDaemon(true);
        thread.start();
    }

    /** Latencies of predictions since the last call, of those whose sending was known by then: for progress only. */
    public Histogram liveLatency() {
        return live.getIntervalHistogram();
    }

    /** Throws what ended the receiver, if anything did. */
    public void check() {
        RuntimeException cause = failure;
        if (cause != null) {
            throw new IllegalStateException("the receiver failed: " + cause.getMessage(), cause);
        }
    }

    /** Waits until {@code records} have been seen, or until none has been for as long as {@code quiet}. */
    public void awaitSeen(long records, Duration quiet) throws InterruptedException {
        long seen = ledger.seen();
        long quietSince = System.nanoTime();
        while (seen < records && System.nanoTime() - quietSince < quiet.toNanos()) {
            check();
            Thread.sleep(20);
            if (ledger.seen() > seen) {
                seen = ledger.seen();
                quietSince = System.nanoTime();
            }
        }
    }

    /** Latencies from intended send to alert visible, for alerts about records meant to be sent in that time. */
    public Histogram alertLatency(long fromNanos, long toNanos) {
        Histogram histogram = new Histogram(3);
        for (Alert alert : alerts) {
            long intended = ledger.intended(alert.stream(), alert.position());
            if (intended >= fromNanos && intended < toNanos) {
                histogram.recordValue(Math.max(0, alert.visibleNanos() - intended));
            }
        }
        return histogram;
    }

    /** Ends it; what comes out from then on is not seen. */
    @Override
    public void close() {
        if (!closing) {
            closing = true;
            consumer.wakeup();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the receiver is a daemon and ends by itself
        }
    }

    private void receive() {
        try (consumer;
                matching) {
            while (!closing) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                long visible = clock.getAsLong();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    enter(record, visible);
                }
            }
        } catch (WakeupException e) {
            // close() asked for it
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void enter(ConsumerRecord<byte[], byte[]> record, long visible) {
        String topic = record.topic();
        if (topic.equals(outputs.predictions())) {
            if (!matching.predictions.read(record, position)) {
                ledger.unreadable();
                return;
            }
            byte[] key = record.key();
            int device = key == null ? -1 : matching.devices.applyAsInt(key);
            long intended = ledger.predicted(position.stream, position.position, device, visible);
            watcher.predicted(device, visible);
            if (intended >= liveFrom && visible >= intended) {
                live.recordValue(visible - intended);
            }
        } else if (topic.equals(outputs.deadLetters())) {
            if (matching.deadLetters.read(record, position)) {
                ledger.deadLettered(position.stream, position.position, visible);
            } else {
                ledger.unreadable();
            }
        } else if (matching.predictions.read(record, position)) {
            alerts.add(new Alert(position.stream, position.position, visible));
        }
    }
}
