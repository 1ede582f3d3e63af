package io.millrace.connectors.testing;

import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/** A refusal, as a client is told of it. */
final class AmqpError extends Exception {
    private static final long serialVersionUID = 1L;

    static final String NOT_FOUND = "amqp:not-found";
    static final String NOT_ALLOWED = "amqp:not-allowed";
    static final String UNAUTHORIZED = "amqp:unauthorized-access";
    static final String STOLEN = "amqp:link:stolen";
    static final String RESOURCE_LIMIT = "amqp:resource-limit-exceeded";
    static final String TOO_LARGE = "amqp:link:message-size-exceeded";
    static final String DETACH_FORCED = "amqp:link:detach-forced";
    static final String DECODE = "amqp:decode-error";
    static final String REDIRECT = "amqp:link:redirect";
    static final String BUSY = "com.microsoft:server-busy";
    static final String INVALID_ARGUMENT = "com.microsoft:argument-error";

    private final transient ErrorCondition condition;

    AmqpError(String condition, String description) {
        super(condition + ": " + description);
        this.condition = condition(condition, description);
    }

    AmqpError(String condition, String description, Map<Symbol, Object> info) {
        this(condition, description);
        this.condition.setInfo(info);
    }

    static ErrorCondition condition(String condition, String description) {
        return new ErrorCondition(Symbol.valueOf(condition), description);
    }

    static AmqpError busy(String hub) {
        return new AmqpError(
                BUSY,
                "The request was terminated because " + hub + " is being throttled. Error code: 50002."
                        + " Please wait 4 seconds and try again.");
    }

    ErrorCondition condition() {
        return condition;
    }
}
