package io.millrace.scorers;

/**
 * The device or server that runs a model failed, and the rows are not to blame: they must be neither written off
 * nor counted as scored. Whoever gets this stops where it is, and comes back to the same rows.
 */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean outage;

    /** @param outage whether it may pass by itself, as a server that is restarted does */
    public DeviceException(String message, boolean outage, Throwable cause) {
        super(message, cause);
        this.outage = outage;
    }

    /** Whether it may pass by itself, so that trying again later is worth while. */
    public boolean isOutage() {
        return outage;
    }
}
