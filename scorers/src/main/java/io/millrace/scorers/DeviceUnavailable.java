package io.millrace.scorers;

/** A device cannot be used; the message says what is missing or wrong. */
final class DeviceUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    DeviceUnavailable(String message) {
        super(message);
    }

    DeviceUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
