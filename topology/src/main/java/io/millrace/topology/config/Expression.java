package io.millrace.topology.config;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A condition on the scores of an event, the fields of its payload and the properties of its device's twin, such as
 * {@code anomaly > 0.9 and not (/speed < 100 or site == 'north')}; {@link ExpressionParser} tells the grammar. A comparison with a number that is not
 * there is neither true nor false, and so is what depends on it.
 */
public sealed interface Expression {
    /** Reads an expression on scores and fields. */
    Rule<Expression> RULE = rule(Set.of());

    /** Reads an expression in which these words are properties of the device's twin. */
    static Rule<Expression> rule(Set<String> properties) {
        return text -> ExpressionParser.parse(text, properties);
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException with what was expected, and where something else stands
     */
    static Expression parse(String text) {
        return RULE.read(text);
    }

    /** All of them hold. */
    record And(List<Expression> parts) implements Expression {
        public And {
            parts = parts.stream()
                    .flatMap(part -> part instanceof And same ? same.parts().stream() : Stream.of(part))
                    .toList();
        }

        @Override
        public String toString() {
            return parts.stream().map(part -> inner(part, part instanceof Or)).collect(Collectors.joining(" and "));
        }
    }

    /** One of them holds. */
    record Or(List<Expression> parts) implements Expression {
        public Or {
            parts = parts.stream()
                    .flatMap(part -> part instanceof Or same ? same.parts().stream() : Stream.of(part))
                    .toList();
        }

        @Override
        public String toString() {
            return parts.stream().map(Expression::toString).collect(Collectors.joining(" or "));
        }
    }

    /** It does not hold. */
    record Not(Expression part) implements Expression {
        @Override
        public String toString() {
            return "not " + inner(part, !(part instanceof Not));
        }
    }

    /** Two values compared. */
    record Comparison(Operand left, Operator operator, Operand right) implements Expression {
        /** What of a twin is asked, if one of the two is a text or the other is a property: see {@link TwinValue}. */
        public List<TwinValue> twinValues() {
            if (right instanceof Operand.Text text && left instanceof Operand.Property property) {
                return List.of(new TwinValue(property.name(), text.value()));
            }
            if (left instanceof Operand.Text text && right instanceof Operand.Property property) {
                return List.of(new TwinValue(property.name(), text.value()));
            }
            return Stream.of(left, right)
                    .flatMap(operand -> operand instanceof Operand.Property property
                            ? Stream.of(new TwinValue(property.name(), null))
                            : Stream.empty())
                    .toList();
        }

        /** Whether one value can satisfy both comparisons of the same operand with a number. */
        private boolean overlaps(Comparison other) {
            if (!left.equals(other.left)
                    || !(right instanceof Operand.Constant mine)
                    || !(other.right instanceof Operand.Constant theirs)
                    || operator.direction == 0
                    || other.operator.direction == 0) {
                return false;
            }
            if (operator.direction == other.operator.direction) {
                return true;
            }
            double lower = operator.direction > 0 ? mine.value() : theirs.value();
            double upper = operator.direction > 0 ? theirs.value() : mine.value();
            return lower < upper || (lower == upper && operator.includesEqual && other.operator.includesEqual);
        }

        @Override
        public String toString() {
            return left + " " + operator.symbol + " " + right;
        }
    }

    /** What is compared. */
    sealed interface Operand {
        /** A score, by its name. */
        record Score(String name) implements Operand {
            @Override
            public String toString() {
                return ExpressionParser.quoted(name);
            }
        }

        /** A field of the payload, by its JSON pointer. */
        record Field(String pointer) implements Operand {
            @Override
            public String toString() {
                return ExpressionParser.quoted(pointer);
            }
        }

        /** A property of the device's twin, by its name. */
        record Property(String name) implements Operand {
            @Override
            public String toString() {
                return name;
            }
        }

        /** What a property may be: a text. */
        record Text(String value) implements Operand {
            @Override
            public String toString() {
                return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
            }
        }

        /** A number. */
        record Constant(double value) implements Operand {
            @Override
            public String toString() {
                return Double.toString(value);
            }
        }
    }

    /** How two values are compared. */
    enum Operator {
        GREATER(">", 1, false),
        GREATER_OR_EQUAL(">=", 1, true),
        LESS("<", -1, false),
        LESS_OR_EQUAL("<=", -1, true),
        EQUAL("==", 0, true),
        NOT_EQUAL("!=", 0, false);

        private final String symbol;
        private final int direction;
        private final boolean includesEqual;

        Operator(String symbol, int direction, boolean includesEqual) {
            this.symbol = symbol;
            this.direction = direction;
            this.includesEqual = includesEqual;
        }

        String symbol() {
            return symbol;
        }

        /** Whether two numbers compare so; never asked of NaN. */
        public boolean holds(double left, double right) {
            return switch (this) {
                case GREATER -> left > right;
                case GREATER_OR_EQUAL -> left >= right;
                case LESS -> left < right;
                case LESS_OR_EQUAL -> left <= right;
                case EQUAL -> left == right;
                case NOT_EQUAL -> left != right;
            };
        }
    }

    /** Shows every comparison, from the left. */
    default void eachComparison(Consumer<Comparison> each) {
        if (this instanceof And and) {
            and.parts().forEach(part -> part.eachComparison(each));
        } else if (this instanceof Or or) {
            or.parts().forEach(part -> part.eachComparison(each));
        } else if (this instanceof Not not) {
            not.part().eachComparison(each);
        } else if (this instanceof Comparison comparison) {
            each.accept(comparison);
        }
    }

    /** Shows every operand, from the left. */
    default void eachOperand(Consumer<Operand> each) {
        eachComparison(
                comparison -> Stream.of(comparison.left(), comparison.right()).forEach(each));
    }

    /** The same with other operands. */
    default Expression with(UnaryOperator<Operand> change) {
        if (this instanceof And and) {
            return new And(and.parts().stream().map(part -> part.with(change)).toList());
        } else if (this instanceof Or or) {
            return new Or(or.parts().stream().map(part -> part.with(change)).toList());
        } else if (this instanceof Not not) {
            return new Not(not.part().with(change));
        }
        Comparison comparison = (Comparison) this;
        return new Comparison(change.apply(comparison.left()), comparison.operator(), change.apply(comparison.right()));
    }

    /**
     * Whether both can hold of one event, as far as can be told without trying: of two plain comparisons of one value
     * with a number. Of anything else it says no.
     */
    default boolean overlaps(Expression other) {
        return this instanceof Comparison mine && other instanceof Comparison theirs && mine.overlaps(theirs);
    }

    private static String inner(Expression part, boolean inBrackets) {
        return inBrackets ? "(" + part + ")" : part.toString();
    }
}
