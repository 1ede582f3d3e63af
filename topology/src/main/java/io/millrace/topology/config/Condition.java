package io.millrace.topology.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A comparison of a score with a number, such as {@code anomaly > 0.9}. */
public record Condition(String score, Operator operator, double threshold) {
    private static final Pattern SYNTAX = Pattern.compile("\\s*([^<>=\\s]+)\\s*(>=|>|<=|<)\\s*(\\S+)\\s*");

    /** Reads {@code SCORE OP NUMBER}. */
    static final Rule<Condition> RULE = text -> {
        Matcher parts = SYNTAX.matcher(text);
        try {
            if (parts.matches()) {
                double threshold = Rules.NUMBER.read(parts.group(3));
                return new Condition(parts.group(1), Operator.of(parts.group(2)), threshold);
            }
        } catch (Violation e) {
            // The rule below says it.
        }
        throw new Violation("must be a score, one of > >= < <=, and a number, such as anomaly > 0.9");
    };

    /** How a score is compared. */
    public enum Operator {
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        LESS("<"),
        LESS_OR_EQUAL("<=");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        static Operator of(String symbol) {
            return Stream.of(values())
                    .filter(operator -> operator.symbol.equals(symbol))
                    .findFirst()
                    .orElseThrow();
        }

        private boolean isUpwards() {
            return this == GREATER || this == GREATER_OR_EQUAL;
        }

        private boolean includesEqual() {
            return this == GREATER_OR_EQUAL || this == LESS_OR_EQUAL;
        }

        private Operator negated() {
            return switch (this) {
                case GREATER -> LESS_OR_EQUAL;
                case GREATER_OR_EQUAL -> LESS;
                case LESS -> GREATER_OR_EQUAL;
                case LESS_OR_EQUAL -> GREATER;
            };
        }
    }

    public Condition {
        if (!Double.isFinite(threshold)) {
            throw new Violation("must be a finite number, got: " + threshold, "threshold");
        }
    }

    /** Whether a value of the score satisfies it; NaN never does. */
    public boolean holds(double value) {
        return switch (operator) {
            case GREATER -> value > threshold;
            case GREATER_OR_EQUAL -> value >= threshold;
            case LESS -> value < threshold;
            case LESS_OR_EQUAL -> value <= threshold;
        };
    }

    /** The condition that holds for every other number. */
    public Condition negated() {
        return new Condition(score, operator.negated(), threshold);
    }

    /** Whether one value of the same score can satisfy both. */
    boolean overlaps(Condition other) {
        if (!score.equals(other.score)) {
            return false;
        }
        if (operator.isUpwards() == other.operator.isUpwards()) {
            return true;
        }
        double lower = operator.isUpwards() ? threshold : other.threshold;
        double upper = operator.isUpwards() ? other.threshold : threshold;
        return lower < upper || (lower == upper && operator.includesEqual() && other.operator.includesEqual());
    }

    /** As in the file. */
    @Override
    public String toString() {
        return score + " " + operator.symbol + " " + threshold;
    }
}
