package io.millrace.scorers;

/** A model failed on a batch. The message is the runtime's own; the batch's rows are not to blame one by one. */
public final class ScoringException extends Exception {
    private static final long serialVersionUID = 1L;

    public ScoringException(String message) {
        super(message);
    }

    public ScoringException(String message, Throwable cause) {
        super(message, cause);
    }
}
