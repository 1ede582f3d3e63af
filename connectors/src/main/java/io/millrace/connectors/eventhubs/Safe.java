package io.millrace.connectors.eventhubs;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts of errors that come from elsewhere, without what could be secret. */
final class Safe {
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(sharedaccesskey|sharedaccesssignature|sig|password|client_secret|bearer)([= ]+)[^;&\\s\"']+");
    private static final int LONGEST = 500;

    private Safe() {}

    static String text(@Nullable Throwable error) {
        if (error == null) {
            return "the connection has ended";
        }
        String message = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        String safe = SECRET.matcher(message).replaceAll("$1$2***");
        return safe.length() > LONGEST ? safe.substring(0, LONGEST) + '…' : safe;
    }
}
