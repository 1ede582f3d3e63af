package io.millrace.connectors.broker;

import org.jspecify.annotations.Nullable;

/**
 * A broker, embedded or not, that cannot be used. The message stands by itself: it names what was asked for (a path, a
 * port, {@code bootstrap.servers}), what is wrong with it, and what to do.
 */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerException(String message) {
        super(message);
    }

    BrokerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
