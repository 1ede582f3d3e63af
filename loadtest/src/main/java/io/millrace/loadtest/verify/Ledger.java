package io.millrace.loadtest.verify;

import io.millrace.loadtest.generate.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Every record of a run under its coordinates: what was sent, and what has been seen of it. Coordinates are a stream
 * and a position in it, which grows with the order of sending: (partition, offset) of the source topic where outputs
 * name their source, else (device, sequence number).
 *
 * <p>Thread-safe: senders and the receiver write at once, and either may be first. Takes 21 bytes a record, up to
 * twice that while it grows. Times are nanoseconds after the start of the run.
 */
public final class Ledger implements Journal {

    /** What {@link #predicted} returns for a record whose sending is not known (yet). */
    public static final long UNKNOWN = Long.MIN_VALUE;

    private final ConcurrentHashMap<Integer, Column> columns = new ConcurrentHashMap<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicReference<@Nullable Exception> firstFailure = new AtomicReference<>();
    private final LongAdder seen = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    /** Only the receiving thread looks here: the furthest position first seen of each device and stream. */
    private final DeviceOrder order = new DeviceOrder();

    /** A latency, as reported by {@link #forEachLatency}. */
    @FunctionalInterface
    public interface LatencyVisitor {
        void visit(long intendedNanos, long latencyNanos);
    }

    @Override
    public void sent(int partition, long offset, int device, int sequence, long intendedNanos, boolean malformed) {
        column(partition).sent(Math.toIntExact(offset), device, intendedNanos, malformed);
        sent.increment();
    }

    /** A record that somebody else sent has been found in the source topic; it may be sound or not. */
    public void found(int stream, long position, int device, long intendedNanos) {
        column(stream).found(Math.toIntExact(position), device, intendedNanos);
        sent.increment();
    }

    @Override
    public void failed(Exception cause) {
        failed.increment();
        firstFailure.compareAndSet(null, cause);
    }

    /** Why the first record that was not taken in was not. */
    public Optional<Exception> firstFailure() {
        return Optional.ofNullable(firstFailure.get());
    }

    /**
     * A prediction has become visible.
     *
     * @param device who it says it is about
     * @return when its record was meant to be sent, or {@link #UNKNOWN}
     */
    public long predicted(int stream, long position, int device, long visibleNanos) {
        Column column = column(stream);
        boolean first = column.predicted(Math.toIntExact(position), device, visibleNanos);
        if (first) {
            seen.increment();
            order.firstSighting(device, stream, position);
        }
        return column.intended((int) position);
    }

    /** A dead letter has become visible. */
    public void deadLettered(int stream, long position, long visibleNanos) {
        if (column(stream).deadLettered(Math.toIntExact(position), visibleNanos)) {
            seen.increment();
        }
    }

    /** An output that names no record at all. */
    public void unreadable() {
        unreadable.increment();
    }

    /** When the record was meant to be sent, or {@link #UNKNOWN}. */
    public long intended(int stream, long position) {
        Column column = columns.get(stream);
        return column == null ? UNKNOWN : column.intended(Math.toIntExact(position));
    }

    /** Records known to have reached the source topic. */
    public long sent() {
        return sent.sum();
    }

    /** Distinct records of which a prediction or a dead letter has been seen. */
    public long seen() {
        return seen.sum();
    }

    /** The account so far. Call it when all writers have stopped. */
    public Verdict verdict() {
        Verdict.Tally tally = new Verdict.Tally();
        columns.forEach((stream, column) -> column.count(stream, tally));
        tally.failedSends = failed.sum();
        tally.unreadable = unreadable.sum();
        tally.orderViolations = order.violations();
        return tally.verdict();
    }

    /** Latencies of all predictions whose record was meant to be sent in {@code [from, to)}. */
    public void forEachLatency(long fromNanos, long toNanos, LatencyVisitor visitor) {
        List<Column> all = new ArrayList<>(columns.values());
        for (Column column : all) {
            column.forEachLatency(fromNanos, toNanos, visitor);
        }
    }

    private Column column(int stream) {
        Column column = columns.get(stream);
        return column != null ? column : columns.computeIfAbsent(stream, s -> new Column());
    }
}
