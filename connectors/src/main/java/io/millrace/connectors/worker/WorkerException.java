package io.millrace.connectors.worker;

import org.jspecify.annotations.Nullable;

/** The worker, or what it was asked for, cannot be had. The message stands by itself. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    WorkerException(String message, @Nullable Throwable cause) {
        super(message, cause);
        status = 0;
    }

    /** @param status the HTTP status of Kafka Connect's answer */
    WorkerException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** Whether Kafka Connect does not know what it was asked about, or not yet. */
    boolean isUnknown() {
        return status == 404;
    }
}
