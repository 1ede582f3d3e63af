package io.millrace.topology.decide;

import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.AlertConfig.Level;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.AlertConfig.Timing;
import io.millrace.topology.config.AlertingConfig.Tell;
import io.millrace.topology.config.Expression;
import io.millrace.topology.config.Expression.Comparison;
import io.millrace.topology.config.Expression.Operand;
import io.millrace.topology.config.Expression.Operator;
import java.util.List;

final class Fixtures {
    static final List<String> SCORES = List.of("x", "y");

    private Fixtures() {}

    static Expression compare(String score, Operator operator, double threshold) {
        return new Comparison(new Operand.Score(score), operator, new Operand.Constant(threshold));
    }

    static AlertRule rule(AlertConfig config) {
        return AlertRule.of(config, Tell.DECISIONS, SCORES, List.of());
    }

    /** Raised by {@code x > 0.9}, cleared by {@code x < 0.6}. */
    static AlertRule rule(String name, Persistence persistence, Timing timing) {
        return rule(new AlertConfig(
                name,
                List.of(new Level(
                        Severity.CRITICAL, compare("x", Operator.GREATER, 0.9), compare("x", Operator.LESS, 0.6))),
                persistence,
                persistence,
                timing));
    }
}
