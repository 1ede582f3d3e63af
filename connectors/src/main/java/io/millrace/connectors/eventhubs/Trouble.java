package io.millrace.connectors.eventhubs;

import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.core.exception.ClientAuthenticationException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an error of the SDK's means for those who send.
 *
 * @param kind what to do about it
 * @param cause the error itself, without what the SDK has wrapped it in
 */
record Trouble(Kind kind, Throwable cause) {
    /** What to do; what is worse comes later. */
    enum Kind {
        /** The events are at fault: they were not taken, and never will be. */
        EVENTS,
        /** The hub wants to be left alone for a while; what was sent was not taken. */
        BUSY,
        /** The hub refuses this client, whatever it sends; what was sent was not taken. */
        REFUSED,
        /** Nobody knows whether what was sent was taken. */
        LOST
    }

    private static final Set<AmqpErrorCondition> REFUSALS = Set.of(
            AmqpErrorCondition.UNAUTHORIZED_ACCESS,
            AmqpErrorCondition.NOT_FOUND,
            AmqpErrorCondition.ARGUMENT_ERROR,
            AmqpErrorCondition.ARGUMENT_OUT_OF_RANGE_ERROR,
            AmqpErrorCondition.ENTITY_DISABLED_ERROR,
            AmqpErrorCondition.PUBLISHER_REVOKED_ERROR,
            AmqpErrorCondition.RESOURCE_LIMIT_EXCEEDED);
    private static final Duration USUAL_WAIT = Duration.ofSeconds(4); // what Event Hubs asks for
    private static final Pattern WAIT = Pattern.compile("wait (\\d{1,4}) seconds");

    static Trouble of(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof AmqpException amqp) {
                return new Trouble(kind(amqp), amqp);
            }
            if (cause instanceof ClientAuthenticationException
                    || cause instanceof IllegalArgumentException
                    || cause instanceof UnsupportedOperationException) { // the SDK's form of amqp:not-allowed
                return new Trouble(Kind.REFUSED, cause);
            }
        }
        return new Trouble(Kind.LOST, error.getCause() == null ? error : error.getCause());
    }

    private static Kind kind(AmqpException error) {
        AmqpErrorCondition condition = error.getErrorCondition();
        if (condition == null) { // $management's form of being busy has none
            return WAIT.matcher(String.valueOf(error.getMessage())).find() ? Kind.BUSY : Kind.LOST;
        }
        return switch (condition) {
            case LINK_PAYLOAD_SIZE_EXCEEDED -> Kind.EVENTS;
            case SERVER_BUSY_ERROR -> Kind.BUSY;
            default -> REFUSALS.contains(condition) ? Kind.REFUSED : Kind.LOST;
        };
    }

    /** How long a busy hub asks to be left alone. */
    Duration wait(Duration atMost) {
        Matcher asked = WAIT.matcher(text());
        Duration wait = asked.find() ? Duration.ofSeconds(Long.parseLong(asked.group(1))) : USUAL_WAIT;
        return wait.compareTo(atMost) < 0 ? wait : atMost;
    }

    /** Without what could be secret. */
    String text() {
        return Safe.text(cause);
    }
}
