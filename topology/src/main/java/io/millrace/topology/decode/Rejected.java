package io.millrace.topology.decode;

import org.jspecify.annotations.Nullable;

/**
 * Why a record cannot be scored. It becomes a dead letter.
 *
 * @param stage the stage that gave up: {@code decode}, {@code key}, {@code features}, {@code score}
 * @param reason a short stable code
 * @param field the field to blame, as a JSON pointer or column name, where there is one
 * @param detail for a person: the rule and the value that broke it
 */
public record Rejected(
        String stage, Reason reason, @Nullable String field, String detail) implements Decoded {

    /** The closed list of reasons; on the wire in lower case with hyphens. */
    public enum Reason {
        /** No value, or one of no bytes. */
        EMPTY,
        /** More bytes than the limit. */
        TOO_LARGE,
        /** Nested deeper than the limit. */
        TOO_DEEP,
        /** Not well-formed in the declared format. */
        MALFORMED,
        /** Ends in the middle. */
        TRUNCATED,
        /** A wanted field is not there. */
        MISSING_FIELD,
        /** A wanted field has another type. */
        WRONG_TYPE,
        /** A number that cannot be represented, or a time that cannot be. */
        OUT_OF_RANGE,
        /** No usable device id. */
        NO_DEVICE,
        /** The model failed on this row. */
        MODEL_FAILED;

        private final String code = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');

        public String code() {
            return code;
        }
    }
}
