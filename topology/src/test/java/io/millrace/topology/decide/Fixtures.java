package io.millrace.topology.decide;

import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.Condition;
import io.millrace.topology.config.Condition.Operator;
import java.util.List;

final class Fixtures {
    static final List<String> SCORES = List.of("x", "y");

    private Fixtures() {}

    static AlertRule rule(String name, Condition when, int hits, int of, Condition clear) {
        return AlertRule.of(new AlertConfig(name, when, new Persistence(hits, of), clear, Severity.CRITICAL), SCORES);
    }

    /** Raised by {@code x > 0.9}, cleared by {@code x < 0.6}. */
    static AlertRule rule(String name, int hits, int of) {
        return rule(name, new Condition("x", Operator.GREATER, 0.9), hits, of, new Condition("x", Operator.LESS, 0.6));
    }
}
