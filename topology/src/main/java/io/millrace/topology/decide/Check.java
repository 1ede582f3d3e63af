package io.millrace.topology.decide;

import io.millrace.topology.config.Expression;
import io.millrace.topology.config.Expression.Operand;
import io.millrace.topology.config.Expression.Operator;
import java.util.List;

/**
 * A condition compiled to a tree over two arrays. Three-valued (Kleene's strong logic): what depends on a number that
 * is not there is {@link #UNKNOWN}, so that no data speak neither for an alert nor for its end. Allocates nothing.
 */
interface Check {
    int FALSE = -1;
    int UNKNOWN = 0;
    int TRUE = 1;

    int test(double[] scores, double[] fields);

    /** @throws IllegalArgumentException if a name is not among those given */
    static Check compile(Expression condition, List<String> scores, List<String> fields) {
        if (condition instanceof Expression.And and) {
            return fold(all(and.parts(), scores, fields), FALSE);
        }
        if (condition instanceof Expression.Or or) {
            return fold(all(or.parts(), scores, fields), TRUE);
        }
        if (condition instanceof Expression.Not not) {
            Check part = compile(not.part(), scores, fields);
            return (s, f) -> -part.test(s, f);
        }
        Expression.Comparison comparison = (Expression.Comparison) condition;
        if (comparison.left() instanceof Operand.Text || comparison.right() instanceof Operand.Text) {
            return text(comparison, fields);
        }
        Value left = number(comparison.left(), scores, fields);
        Value right = number(comparison.right(), scores, fields);
        Operator operator = comparison.operator();
        return (s, f) -> {
            double a = left.of(s, f);
            double b = right.of(s, f);
            return Double.isNaN(a) || Double.isNaN(b) ? UNKNOWN : operator.holds(a, b) ? TRUE : FALSE;
        };
    }

    /** Whether a property is that text: a number already, see {@code TwinValue}. */
    private static Check text(Expression.Comparison comparison, List<String> fields) {
        int index = index(comparison.twinValues().get(0).key(), fields, "fields");
        int equal = comparison.operator() == Operator.EQUAL ? TRUE : FALSE;
        return (s, f) -> Double.isNaN(f[index]) ? UNKNOWN : f[index] == 0 ? -equal : equal;
    }

    /** One value of an event. */
    @FunctionalInterface
    interface Value {
        double of(double[] scores, double[] fields);
    }

    private static Check[] all(List<Expression> parts, List<String> scores, List<String> fields) {
        return parts.stream().map(part -> compile(part, scores, fields)).toArray(Check[]::new);
    }

    /** FALSE &lt; UNKNOWN &lt; TRUE: {@code and} is the least of its parts, {@code or} the greatest. */
    private static Check fold(Check[] parts, int decisive) {
        return (s, f) -> {
            int result = -decisive;
            for (Check part : parts) {
                int value = part.test(s, f);
                if (value == decisive) {
                    return value;
                }
                result = value == UNKNOWN ? UNKNOWN : result;
            }
            return result;
        };
    }

    static Value number(Operand operand, List<String> scores, List<String> fields) {
        if (operand instanceof Operand.Score score) {
            int index = index(score.name(), scores, "scores");
            return (s, f) -> s[index];
        }
        if (operand instanceof Operand.Field field) {
            int index = index(field.pointer(), fields, "fields");
            return (s, f) -> f[index];
        }
        if (operand instanceof Operand.Property property) {
            int index = index(property.name(), fields, "fields");
            return (s, f) -> f[index];
        }
        double value = ((Operand.Constant) operand).value();
        return (s, f) -> value;
    }

    private static int index(String name, List<String> names, String what) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "alert condition must name one of the " + what + " " + names + ", got: " + name);
        }
        return index;
    }
}
