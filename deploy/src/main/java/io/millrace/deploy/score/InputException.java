package io.millrace.deploy.score;

/** An input file cannot be scored. The message names the file, the rule and what was found. */
public final class InputException extends Exception {
    private static final long serialVersionUID = 1L;

    public InputException(String message) {
        super(message);
    }
}
