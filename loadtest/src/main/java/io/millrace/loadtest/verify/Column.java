package io.millrace.loadtest.verify;

import java.util.Arrays;

/** The records of one stream, by position. Its lock is held for a few array accesses at a time. */
final class Column {

    private static final int NOBODY = -1;
    private static final byte SENT = 1;
    private static final byte MALFORMED = 2;
    private static final byte WRONG_DEVICE = 4;
    /** Nobody says whether it is sound: a prediction and a dead letter are both right. */
    private static final byte UNJUDGED = 8;

    /** Counts up to 7 sightings of each kind: predictions in bits 0–2 of the counts, dead letters in bits 3–5. */
    private static final int MOST = 7;

    private static final int DEAD_SHIFT = 3;

    private long[] intended = new long[64];
    private long[] visible = new long[64];
    private int[] device = new int[64];
    private byte[] flags = new byte[64];
    private byte[] counts = new byte[64];
    private int size;

    Column() {
        Arrays.fill(device, NOBODY);
    }

    synchronized void sent(int position, int who, long intendedNanos, boolean malformed) {
        sent(position, who, intendedNanos, malformed ? MALFORMED : 0);
    }

    synchronized void found(int position, int who, long intendedNanos) {
        sent(position, who, intendedNanos, UNJUDGED);
    }

    private void sent(int position, int who, long intendedNanos, int flag) {
        reach(position);
        intended[position] = intendedNanos;
        flags[position] |= (byte) (SENT | flag);
        claim(position, who);
    }

    /** Whether this is the first that is seen of the record. */
    synchronized boolean predicted(int position, int who, long visibleNanos) {
        reach(position);
        claim(position, who);
        return see(position, 0, visibleNanos);
    }

    synchronized boolean deadLettered(int position, long visibleNanos) {
        reach(position);
        return see(position, DEAD_SHIFT, visibleNanos);
    }

    synchronized long intended(int position) {
        return position < size && (flags[position] & SENT) != 0 ? intended[position] : Ledger.UNKNOWN;
    }

    synchronized void count(int stream, Verdict.Tally tally) {
        for (int i = 0; i < size; i++) {
            boolean known = (flags[i] & SENT) != 0;
            int predictions = counts[i] & MOST;
            int deadLetters = counts[i] >> DEAD_SHIFT;
            if (known || predictions + deadLetters > 0) {
                tally.add(
                        stream,
                        i,
                        known,
                        (flags[i] & MALFORMED) != 0,
                        (flags[i] & (MALFORMED | UNJUDGED)) == 0,
                        (flags[i] & WRONG_DEVICE) != 0,
                        predictions,
                        deadLetters,
                        visible[i] < intended[i]);
            }
        }
    }

    synchronized void forEachLatency(long fromNanos, long toNanos, Ledger.LatencyVisitor visitor) {
        for (int i = 0; i < size; i++) {
            if ((flags[i] & SENT) != 0 && (counts[i] & MOST) > 0 && intended[i] >= fromNanos && intended[i] < toNanos) {
                visitor.visit(intended[i], visible[i] - intended[i]);
            }
        }
    }

    private boolean see(int position, int shift, long visibleNanos) {
        int before = counts[position];
        if (before == 0) {
            visible[position] = visibleNanos;
        }
        if (((before >> shift) & MOST) < MOST) {
            counts[position] = (byte) (before + (1 << shift));
        }
        return before == 0;
    }

    private void claim(int position, int who) {
        if (device[position] == NOBODY) {
            device[position] = who;
        } else if (device[position] != who) {
            flags[position] |= WRONG_DEVICE;
        }
    }

    private void reach(int position) {
        if (position >= intended.length) {
            int room = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(position + 1L, intended.length * 3L / 2));
            int before = intended.length;
            intended = Arrays.copyOf(intended, room);
            visible = Arrays.copyOf(visible, room);
            device = Arrays.copyOf(device, room);
            Arrays.fill(device, before, room, NOBODY);
            flags = Arrays.copyOf(flags, room);
            counts = Arrays.copyOf(counts, room);
        }
        size = Math.max(size, position + 1);
    }
}
