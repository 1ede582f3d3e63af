package io.millrace.connectors.testing;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The events of one partition, in memory, encoded as they go out. Sequence numbers count from 0 without a gap; an
 * offset is the number of bytes before the event. What is too old or too much is dropped from the front, a segment at
 * a time.
 *
 * <p>Thread-safe.
 */
final class PartitionLog {
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final int SEGMENT_EVENTS = 4_096;

    /** Where an event stands. */
    static final class Slice {
        final byte[] bytes;
        final int from;
        final int length;
        final long sequence;

        private Slice(byte[] bytes, int from, int length, long sequence) {
            this.bytes = bytes;
            this.from = from;
            this.length = length;
            this.sequence = sequence;
        }
    }

    /** What $management tells. */
    record State(long begin, long last, long lastOffset, long lastEnqueuedMs, boolean isEmpty) {}

    private static final class Segment {
        final long baseSequence;
        final long baseOffset;
        final byte[] bytes;
        int[] ends = new int[64];
        long[] enqueuedMs = new long[64];
        int count;

        Segment(long baseSequence, long baseOffset, int capacity) {
            this.baseSequence = baseSequence;
            this.baseOffset = baseOffset;
            this.bytes = new byte[capacity];
        }

        int end() {
            return count == 0 ? 0 : ends[count - 1];
        }

        int start(int index) {
            return index == 0 ? 0 : ends[index - 1];
        }

        boolean hasRoom(int length) {
            return count < SEGMENT_EVENTS && bytes.length - end() >= length;
        }

        void add(byte[] event, long nowMs) {
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count);
                enqueuedMs = Arrays.copyOf(enqueuedMs, 2 * count);
            }
            int start = end();
            System.arraycopy(event, 0, bytes, start, event.length);
            ends[count] = start + event.length;
            enqueuedMs[count++] = nowMs;
        }
    }

    private final EventCodec codec = new EventCodec();
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final long retentionMs;
    private final long mostBytes;
    private long begin;
    private long next;
    private long offset;
    private long bytes;
    private long lastOffset = -1;
    private long lastEnqueuedMs;

    PartitionLog(long retentionMs, long mostBytes) {
        this.retentionMs = retentionMs;
        this.mostBytes = mostBytes;
    }

    /** @return the event's sequence number */
    synchronized long append(byte[] message, @Nullable String partitionKey, long nowMs) {
        lastEnqueuedMs = Math.max(lastEnqueuedMs, nowMs);
        byte[] event = codec.stamped(message, new EventCodec.Stamp(next, offset, lastEnqueuedMs, partitionKey));
        Segment segment = segments.isEmpty() ? null : segments.lastEntry().getValue();
        if (segment == null || !segment.hasRoom(event.length)) {
            segment = new Segment(next, offset, Math.max(SEGMENT_BYTES, event.length));
            segments.put(next, segment);
            bytes += segment.bytes.length;
            retain(nowMs);
        }
        segment.add(event, lastEnqueuedMs);
        lastOffset = offset;
        offset += event.length;
        return next++;
    }

    /** @return the event with this sequence number or, if it is gone, the first after it; null if there is none yet */
    synchronized @Nullable Slice at(long sequence) {
        long wanted = Math.max(sequence, begin);
        if (wanted >= next) {
            return null;
        }
        Segment segment = segments.floorEntry(wanted).getValue();
        int index = (int) (wanted - segment.baseSequence);
        int start = segment.start(index);
        return new Slice(segment.bytes, start, segment.ends[index] - start, wanted);
    }

    synchronized long firstAfterOffset(long wanted, boolean inclusive) {
        return first((segment, index) -> segment.baseOffset + segment.start(index), wanted, inclusive);
    }

    synchronized long firstAfterTime(long wantedMs, boolean inclusive) {
        return first((segment, index) -> segment.enqueuedMs[index], wantedMs, inclusive);
    }

    synchronized State state() {
        return new State(begin, next - 1, lastOffset, lastEnqueuedMs, begin == next);
    }

    /** Drops what is older than the peer's clock allows. */
    synchronized void retain(long nowMs) {
        while (segments.size() > 1) {
            Segment oldest = segments.firstEntry().getValue();
            boolean old = oldest.count > 0 && oldest.enqueuedMs[oldest.count - 1] < nowMs - retentionMs;
            if (!old && bytes <= mostBytes) {
                break;
            }
            trim(oldest.baseSequence + oldest.count);
        }
        if (begin < next && lastEnqueuedMs < nowMs - retentionMs) {
            trim(next);
        }
    }

    /** Drops the events before this one. */
    synchronized void trim(long sequence) {
        begin = Math.min(Math.max(begin, sequence), next);
        while (!segments.isEmpty()) {
            Map.Entry<Long, Segment> oldest = segments.firstEntry();
            if (oldest.getKey() + oldest.getValue().count > begin || (segments.size() == 1 && begin < next)) {
                break;
            }
            bytes -= oldest.getValue().bytes.length;
            segments.remove(oldest.getKey());
        }
    }

    private interface Measure {
        long of(Segment segment, int index);
    }

    /** Measures grow with the sequence number, so that halving finds the place. */
    private long first(Measure measure, long wanted, boolean inclusive) {
        long low = begin;
        long high = next;
        while (low < high) {
            long middle = (low + high) >>> 1;
            Segment segment = segments.floorEntry(middle).getValue();
            long value = measure.of(segment, (int) (middle - segment.baseSequence));
            if (inclusive ? value >= wanted : value > wanted) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
