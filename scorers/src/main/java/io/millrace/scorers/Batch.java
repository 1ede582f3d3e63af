package io.millrace.scorers;

/**
 * The rows of one call in native memory, one tensor per input and output, in the model's order. Reused from
 * call to call. Not thread-safe.
 *
 * <p>Closing it twice is harmless; any other use after {@link #close} is an {@link IllegalStateException}.
 */
public interface Batch extends AutoCloseable {
    /** The tensor of the model's {@code index}-th input. */
    TensorBuffer input(int index);

    /** The tensor of the model's {@code index}-th output; meaningful after {@link Scorer#score}. */
    TensorBuffer output(int index);

    /** Where the last call of {@link Scorer#score} ran, as in {@link Scorer#provider}; empty before the first. */
    String provider();

    /** Gives the native memory back. */
    @Override
    void close();
}
