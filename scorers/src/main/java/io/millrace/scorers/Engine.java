package io.millrace.scorers;

import ai.onnxruntime.OrtException;

/** What works off calls on a batch's tensors: a session on one device, or a server. Thread-safe, but for closing. */
interface Engine extends AutoCloseable {
    /** See {@link Scorer#provider}. */
    String provider();

    /**
     * Computes a call's outputs from its inputs.
     *
     * @param rows rows of the call that count; the others are padding
     * @throws OrtException if the session fails, on whatever account
     * @throws ScoringException if the rows are to blame
     * @throws DeviceException if they are not
     */
    void run(OnnxBatch.Call call, int rows) throws OrtException, ScoringException;

    @Override
    void close();
}
