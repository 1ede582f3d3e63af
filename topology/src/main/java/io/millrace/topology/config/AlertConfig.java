package io.millrace.topology.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * When an alert is raised and cleared; an element of {@code alerts} in the file.
 *
 * @param name the rule's name, unique in the pipeline
 * @param levels one for each severity, the least first
 * @param raise for how long a level's condition must have held; {@code for} in the file
 * @param clear for how long the condition that ends it must have held; {@code clear-for} in the file
 * @param timing what else depends on time
 */
public record AlertConfig(String name, List<Level> levels, Persistence raise, Persistence clear, Timing timing) {

    /** What conditions call the threshold that the model's metadata give, where no score is called so. */
    static final String THRESHOLD = "threshold";

    /** The rule with the model's own threshold in place of the word. */
    AlertConfig withThreshold(double threshold) {
        UnaryOperator<Expression.Operand> number = operand -> operand.equals(new Expression.Operand.Score(THRESHOLD))
                ? new Expression.Operand.Constant(threshold)
                : operand;
        List<Level> resolved = levels.stream()
                .map(level -> new Level(
                        level.severity(),
                        level.when().with(number),
                        level.clear().with(number)))
                .toList();
        return new AlertConfig(name, resolved, raise, clear, timing);
    }

    /** How bad an alert is. */
    public enum Severity {
        INFO,
        WARNING,
        CRITICAL
    }

    /**
     * A severity, and when an alert has it.
     *
     * @param when what raises the alert to it
     * @param clear what takes it away again
     */
    public record Level(Severity severity, Expression when, Expression clear) {
        /** The same for devices of which that holds; where it does no longer, the alert is over. */
        Level within(Expression where) {
            return new Level(
                    severity,
                    new Expression.And(List.of(when, where)),
                    new Expression.Or(List.of(clear, new Expression.Not(where))));
        }

        public Level {
            if (clear.overlaps(when)) {
                throw new Violation(
                        "must not hold together with when, got: " + when + " and " + clear, "clear", "when");
            }
        }
    }

    /** {@code hits} of the last {@code of} events, and that without a break for a time of at least {@code span}. */
    public record Persistence(int hits, int of, Duration span) {
        static final int MAX = 64;
        private static final Pattern SYNTAX = Pattern.compile("(\\d{1,4})\\s+of\\s+(\\d{1,4})(\\s+and\\s+(\\S+))?");

        /** Reads {@code N of M}, a duration, or both with {@code and} between them. */
        static final Rule<Persistence> RULE = text -> {
            Matcher parts = SYNTAX.matcher(text);
            try {
                if (!parts.matches()) {
                    return new Persistence(1, 1, Rules.DURATION.read(text));
                }
                Duration span = parts.group(4) == null ? Duration.ZERO : Rules.DURATION.read(parts.group(4));
                return new Persistence(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), span);
            } catch (Violation e) {
                if (e.rule().startsWith("must be N of M")) {
                    throw e;
                }
                throw new Violation(
                        "must be N of M, such as 3 of 5, or a duration, such as 30s, or both: 3 of 5 and 30s");
            }
        };

        public Persistence {
            if (hits < 1 || hits > of || of > MAX) {
                throw new Violation("must be N of M with 1 <= N <= M <= " + MAX);
            }
        }

        /** As in the file. */
        @Override
        public String toString() {
            String events = hits + " of " + of;
            return span.isZero() ? events : events + " and " + span.toMillis() + "ms";
        }

        /** Without a time. */
        public Persistence(int hits, int of) {
            this(hits, of, Duration.ZERO);
        }
    }

    /**
     * @param hold an alert stays at least so long
     * @param coolDown it is not raised again so soon
     * @param staleAfter a device's silence of that length makes its open alert stale; empty: never
     * @param clearAfter a device's silence of that length resolves its alert; empty: never
     * @param flapping so many raises in that time are one flapping alert; empty: never
     */
    public record Timing(
            Duration hold,
            Duration coolDown,
            Optional<Duration> staleAfter,
            Optional<Duration> clearAfter,
            Optional<Rate> flapping) {
        static final Duration STALE_AFTER = Duration.ofHours(1);

        /** What a rule has that says nothing of it. */
        public static final Timing DEFAULT =
                new Timing(Duration.ZERO, Duration.ZERO, Optional.of(STALE_AFTER), Optional.empty(), Optional.empty());

        public Timing {
            flapping.ifPresent(rate -> {
                if (rate.count() < 2 || rate.count() > Rate.MOST_RAISES) {
                    throw new Violation("must count between 2 and " + Rate.MOST_RAISES + " raises", "flapping");
                }
            });
            if (clearAfter.isPresent()
                    && staleAfter.isPresent()
                    && clearAfter.get().compareTo(staleAfter.get()) < 0) {
                throw new Violation("must not be shorter than stale-after", "clear-after", "stale-after");
            }
        }
    }

    /** So many in a time. */
    public record Rate(int count, Duration within) {
        static final int MOST_RAISES = 16;

        /** Reads {@code N in DURATION}. */
        static final Rule<Rate> RULE = text -> {
            String[] parts = text.split("\\s+in\\s+", 2);
            if (parts.length == 2 && parts[0].matches("\\d{1,6}")) {
                return new Rate(Integer.parseInt(parts[0]), Rules.DURATION.read(parts[1]));
            }
            throw new Violation("must be N in a duration, such as 4 in 1h");
        };
    }

    public AlertConfig {
        Rules.NAME.check("name", name);
        levels = List.copyOf(levels);
        if (levels.isEmpty()) {
            throw new Violation("is required", "when");
        }
        for (int i = 1; i < levels.size(); i++) {
            if (levels.get(i).severity().compareTo(levels.get(i - 1).severity()) <= 0) {
                throw new Violation("must name each severity once, the least first", "severity");
            }
        }
    }

    /** The same for every operand of every condition. */
    public void eachOperand(Consumer<Expression.Operand> each) {
        levels.forEach(level -> {
            level.when().eachOperand(each);
            level.clear().eachOperand(each);
        });
    }

    /** What the rule asks of the device's twin. */
    List<TwinValue> twinValues() {
        List<TwinValue> values = new ArrayList<>();
        levels.forEach(level -> Stream.of(level.when(), level.clear())
                .forEach(condition -> condition.eachComparison(one -> values.addAll(one.twinValues()))));
        return values;
    }

    /** Pointers of the fields that the rule looks at. */
    List<String> fields() {
        List<String> fields = new ArrayList<>();
        eachOperand(operand -> {
            if (operand instanceof Expression.Operand.Field field) {
                fields.add(field.pointer());
            }
        });
        return fields;
    }
}
