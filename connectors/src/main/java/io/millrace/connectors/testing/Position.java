package io.millrace.connectors.testing;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.jspecify.annotations.Nullable;

/** Where a reader wants to begin: the one kind of selector that Event Hubs knows. */
record Position(String annotation, boolean inclusive, String value) {
    private static final Symbol SELECTOR = Symbol.valueOf("apache.org:selector-filter:string");
    private static final UnsignedLong SELECTOR_CODE = UnsignedLong.valueOf(0x468C_0000_0004L);
    private static final Pattern SYNTAX = Pattern.compile(
            "amqp\\.annotation\\.x-opt-(offset|sequence-number|enqueued-time|enqueuedtimeutc)\\s*(>=?)\\s*'?([^']*)'?");
    private static final Position BEGINNING = new Position("offset", false, "-1");

    /** @param filter of the reader's source, if it has one; without, it begins with the oldest event */
    static Position of(@Nullable Map<?, ?> filter) throws AmqpError {
        Object selector = filter == null ? null : selector(filter);
        if (selector == null) {
            return BEGINNING;
        }
        String text = String.valueOf(selector);
        Matcher matcher = SYNTAX.matcher(text.strip());
        if (!matcher.matches()) {
            throw new AmqpError(AmqpError.INVALID_ARGUMENT, "The filter cannot be understood: " + text);
        }
        return new Position(matcher.group(1), matcher.group(2).equals(">="), matcher.group(3));
    }

    /** Clients name the filter as they like; what it is, its descriptor tells. */
    private static @Nullable Object selector(Map<?, ?> filter) {
        for (Map.Entry<?, ?> entry : filter.entrySet()) {
            if (entry.getValue() instanceof DescribedType described
                    && (SELECTOR.equals(described.getDescriptor())
                            || SELECTOR_CODE.equals(described.getDescriptor()))) {
                return described.getDescribed();
            }
            if (SELECTOR.equals(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** @return the sequence number of the event to begin with */
    long in(PartitionLog log) throws AmqpError {
        PartitionLog.State state = log.state();
        if (annotation.equals("offset") && value.equals("@latest")) {
            return state.last() + 1;
        }
        long wanted;
        try {
            wanted = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new AmqpError(AmqpError.INVALID_ARGUMENT, "The filter must name a number, got: " + value);
        }
        return switch (annotation) {
            case "offset" -> {
                refuseBeyond("offset", wanted, state.lastOffset());
                yield log.firstAfterOffset(wanted, inclusive);
            }
            case "sequence-number" -> {
                refuseBeyond("sequence number", wanted, state.last() + (inclusive ? 1 : 0));
                yield inclusive ? wanted : wanted + 1;
            }
            default -> log.firstAfterTime(wanted, inclusive);
        };
    }

    private static void refuseBeyond(String what, long wanted, long last) throws AmqpError {
        if (wanted > last) {
            throw new AmqpError(
                    AmqpError.INVALID_ARGUMENT,
                    "The supplied " + what + " '" + wanted + "' is invalid. The last " + what + " in the system is '"
                            + last + "'");
        }
    }
}
