package io.millrace.scorers;

/** A model cannot be used. The message is one line that names the file, the rule and what was found. */
public final class ModelException extends Exception {
    private static final long serialVersionUID = 1L;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
