package io.millrace.topology.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When an alert is raised and cleared; an element of {@code alerts} in the file.
 *
 * @param name the rule's name, unique in the pipeline
 * @param when what raises it
 * @param persistence for how many of a device's last events {@code when} must have held; {@code for} in the file
 * @param clear what clears it
 * @param severity how bad it is
 */
public record AlertConfig(String name, Condition when, Persistence persistence, Condition clear, Severity severity) {

    /** How bad an alert is. */
    public enum Severity {
        INFO,
        WARNING,
        CRITICAL
    }

    /** {@code hits} of the last {@code of} events. */
    public record Persistence(int hits, int of) {
        static final int MAX = 64;

        /** Reads {@code N of M}. */
        static final Rule<Persistence> RULE = text -> {
            Matcher parts = Pattern.compile("(\\d{1,4})\\s+of\\s+(\\d{1,4})").matcher(text);
            if (!parts.matches()) {
                throw new Violation("must be N of M, such as 3 of 5");
            }
            return new Persistence(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
        };

        public Persistence {
            if (hits < 1 || hits > of || of > MAX) {
                throw new Violation("must be N of M with 1 <= N <= M <= " + MAX);
            }
        }
    }

    public AlertConfig {
        Rules.NAME.check("name", name);
        if (clear.overlaps(when)) {
            throw new Violation("must not hold together with when, got: " + when + " and " + clear, "clear", "when");
        }
    }
}
