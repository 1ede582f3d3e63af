package io.millrace.connectors.worker;

import org.jspecify.annotations.Nullable;

/** The worker, or what it was asked for, cannot be had. The message stands by itself. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
