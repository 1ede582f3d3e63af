package io.millrace.topology.streams;

/**
 * When a chunk holds work enough for a thread, though it has room for more: what one poll brought then keeps several
 * threads busy to its end. Handing a chunk over costs some tens of microseconds, and a call of the model something too.
 *
 * @param rows with fewer, the model's calls would be wasteful
 * @param nanosPerRow what the model takes for a row
 */
public record Worth(int rows, double nanosPerRow) {
    /** Chunks are filled as far as records go. */
    public static final Worth FULL = new Worth(Integer.MAX_VALUE, 0);

    private static final double ENOUGH_NANOS = 250_000;
    private static final double NANOS_PER_BYTE = 1.5; // to decode JSON of numbers

    boolean isEnough(int records, long bytes) {
        return records >= rows && records * nanosPerRow + bytes * NANOS_PER_BYTE >= ENOUGH_NANOS;
    }
}
