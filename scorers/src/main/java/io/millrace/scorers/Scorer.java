package io.millrace.scorers;

/**
 * Scores batches of rows with one model: the port between the pipeline and whatever runs the model.
 *
 * <p>Thread-safe: any number of threads may score at once, each with a batch of its own. {@link #close} may be
 * called at any time and more than once; calls that are under way end normally, later ones are refused with
 * {@link IllegalStateException}. Native memory is given back when the scorer and all its batches are closed.
 */
public interface Scorer extends AutoCloseable {
    /** What the model asks for and gives. */
    ModelContract contract();

    /** Where the model runs, in ONNX Runtime's words without the suffix: {@code CPU}, {@code CUDA}, … */
    String provider();

    /** The most rows that one call scores; batches hold that many. */
    int maxRows();

    /** What a row costs in a full batch, in nanoseconds, as measured when the model was opened; 0 if unknown. */
    default double nanosPerRow() {
        return 0;
    }

    /** The batch size from which on larger ones gain little, as measured; {@link #maxRows} if unknown. */
    default int suggestedRows() {
        return maxRows();
    }

    /** Calls that failed on the account of the device and not of the rows, since the scorer was opened. */
    default long deviceFaults() {
        return 0;
    }

    /** A batch in native memory for one thread at a time, with room for {@link #maxRows} rows. */
    Batch newBatch();

    /**
     * Scores the first {@code rows} rows of the batch and leaves the results in its outputs. The rows'
     * results do not depend on one another or on what an earlier call left behind. Inputs of rows beyond may be
     * overwritten, outputs of rows beyond cannot be read.
     *
     * @param rows from 1 to {@link #maxRows}
     * @throws ScoringException if the model fails on these rows; the batch can be used again
     * @throws DeviceException if the device failed and the rows are not to blame
     */
    void score(Batch batch, int rows) throws ScoringException;

    @Override
    void close();
}
