package io.millrace.topology.decide;

import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.AlertingConfig.Tell;
import io.millrace.topology.config.Expression;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An alert's rule, compiled. Raising and clearing are separate conditions, so that a score that hovers at the
 * threshold does not make the alert flap. Levels count from 1, the least severe; 0 is no alert.
 *
 * <p>Immutable and thread-safe.
 */
public final class AlertRule {
    static final long NEVER = Long.MAX_VALUE;
    private static final Expression.Operand NO_VALUE = new Expression.Operand.Constant(Double.NaN);

    private final AlertConfig config;
    private final boolean tellsSteps;
    private final Check[] when;
    private final Check[] clear;
    private final Check.Value value;
    private final int valueScore;
    private final long holdMs;
    private final long coolDownMs;
    private final long staleAfterMs;
    private final long clearAfterMs;
    private final int flappingRaises;
    private final long flappingMs;

    private AlertRule(AlertConfig config, boolean tellsSteps, List<String> scores, List<String> fields) {
        this.config = config;
        this.tellsSteps = tellsSteps;
        when = config.levels().stream()
                .map(level -> Check.compile(level.when(), scores, fields))
                .toArray(Check[]::new);
        clear = config.levels().stream()
                .map(level -> Check.compile(level.clear(), scores, fields))
                .toArray(Check[]::new);
        Expression.Operand first = firstOperand(config.levels().get(0).when());
        value = Check.number(first, scores, fields);
        valueScore = first instanceof Expression.Operand.Score score ? scores.indexOf(score.name()) : -1;
        AlertConfig.Timing timing = config.timing();
        holdMs = timing.hold().toMillis();
        coolDownMs = timing.coolDown().toMillis();
        staleAfterMs = timing.staleAfter().map(Duration::toMillis).orElse(NEVER);
        clearAfterMs = timing.clearAfter().map(Duration::toMillis).orElse(NEVER);
        flappingRaises = timing.flapping().map(AlertConfig.Rate::count).orElse(0);
        flappingMs = timing.flapping().map(rate -> rate.within().toMillis()).orElse(NEVER);
    }

    /**
     * @param scores the pipeline's scores, in order
     * @param fields the payload's fields that rules look at, in order, then what they ask of the twin
     */
    public static AlertRule of(AlertConfig config, Tell tell, List<String> scores, List<String> fields) {
        return new AlertRule(config, tell == Tell.ALL, scores, fields);
    }

    private static Expression.Operand firstOperand(Expression condition) {
        List<Expression.Operand> operands = new ArrayList<>();
        condition.eachOperand(operand -> {
            if (operand instanceof Expression.Operand.Score || operand instanceof Expression.Operand.Field) {
                operands.add(operand);
            }
        });
        return operands.isEmpty() ? NO_VALUE : operands.get(0);
    }

    public AlertConfig config() {
        return config;
    }

    String name() {
        return config.name();
    }

    int levels() {
        return when.length;
    }

    Severity severity(int level) {
        return config.levels().get(Math.max(level, 1) - 1).severity();
    }

    boolean tells(Cause cause) {
        return tellsSteps || !cause.step();
    }

    /** The first value that the least level's condition looks at; NaN if it looks at the twin alone. */
    public double value(double[] scores, double[] fields) {
        return value.of(scores, fields);
    }

    /** The index of the score that is the {@link #value}; -1 if that is a field. */
    public int valueScore() {
        return valueScore;
    }

    /** The highest level that an event speaks for; 0 for none. */
    int up(double[] scores, double[] fields) {
        int level = when.length;
        while (level > 0 && when[level - 1].test(scores, fields) != Check.TRUE) {
            level--;
        }
        return level;
    }

    /** The lowest level that an event speaks against; one more than there are for none. */
    int down(double[] scores, double[] fields) {
        int level = 1;
        while (level <= clear.length && clear[level - 1].test(scores, fields) != Check.TRUE) {
            level++;
        }
        return level;
    }

    Persistence raise() {
        return config.raise();
    }

    Persistence clear() {
        return config.clear();
    }

    /** The last events of a window with one more: bit 0 is the newest. */
    static long shift(Persistence window, long events, boolean speaksForIt) {
        long mask = window.of() == Long.SIZE ? -1L : (1L << window.of()) - 1;
        return (events << 1 | (speaksForIt ? 1 : 0)) & mask;
    }

    static boolean enough(Persistence window, long events) {
        return Long.bitCount(events) >= window.hits();
    }

    long holdMs() {
        return holdMs;
    }

    long coolDownMs() {
        return coolDownMs;
    }

    long staleAfterMs() {
        return staleAfterMs;
    }

    long clearAfterMs() {
        return clearAfterMs;
    }

    /** How many raises make it flap; 0: it never does. */
    int flappingRaises() {
        return flappingRaises;
    }

    long flappingMs() {
        return flappingMs;
    }
}
