package io.millrace.topology.detect;

import java.nio.ByteBuffer;

/**
 * What one detector remembers of one signal of one device, and what it makes of the next value.
 *
 * <p>It is strictly causal: a value is judged by what came before it, and then remembered. The same values in the same
 * order give the same answers and the same memory, on every machine; so a state may be put back by replaying values.
 *
 * <p>Not thread-safe.
 */
interface Detector {
    /** The answer to a value about which nothing can be said yet, and to an everyday one. */
    double ORDINARY = 1;

    /**
     * Judges a value and remembers it.
     *
     * @param value finite
     * @return the probability of a value at least as odd if nothing has changed, in (0, 1]; {@link #ORDINARY} while
     *     too little is known
     */
    double next(double value);

    /** Most bytes that {@link #write} writes. */
    int stateBytes();

    /** Writes the memory. */
    void write(ByteBuffer out);

    /** Takes over a memory that {@link #write} wrote for a detector with the same settings. */
    void read(ByteBuffer in);
}
