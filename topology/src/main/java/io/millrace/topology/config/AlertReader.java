package io.millrace.topology.config;

import io.millrace.topology.config.AlertConfig.Level;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Rate;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.AlertConfig.Timing;
import io.millrace.topology.config.AlertingConfig.Tell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code alerts} and {@code alerting}. */
final class AlertReader {
    private static final Expression STAND_IN = Expression.RULE.read("stand-in > 0");

    private final Rule<Expression> condition;

    private AlertReader(Rule<Expression> condition) {
        this.condition = condition;
    }

    /** @param properties what conditions may ask of a device's twin */
    static List<AlertConfig> alerts(List<Value> rules, Set<String> properties, Reading reading) {
        AlertReader reader = new AlertReader(Expression.rule(properties));
        List<AlertConfig> alerts = new ArrayList<>();
        Map<String, String> pathByName = new HashMap<>();
        for (Value rule : rules) {
            Section section = rule.section();
            section.build(() -> reader.alert(section))
                    .filter(alert -> !reading.reported(rule.path() + ".name"))
                    .ifPresent(alert -> {
                        String earlier = pathByName.putIfAbsent(alert.name(), rule.path());
                        if (earlier == null) {
                            alerts.add(alert);
                        } else {
                            section.report("name", "must be unique, " + earlier + " has it too, got: " + alert.name());
                        }
                    });
        }
        return alerts;
    }

    static AlertingConfig alerting(Section section, Set<String> properties) {
        AlertingConfig base = AlertingConfig.DEFAULT;
        return section.build(() -> new AlertingConfig(
                        section.get("tell", Rules.oneOf(Tell.class), base.tell()),
                        section.get("catch-up", Rules.DURATION, base.catchUp()),
                        section.get("storm", orNever(Rate.RULE), Optional.empty()),
                        section.list("group").stream()
                                .flatMap(value -> value.as(AlertingConfig.group(properties)).stream())
                                .toList(),
                        section.get("explain", Rules.FLAG, base.explain()),
                        section.get("keep", Rules.DURATION, base.keep())))
                .orElse(base);
    }

    private AlertConfig alert(Section alert) {
        String name = alert.require("name", Rules.NAME, "stand-in");
        boolean several =
                alert.value("severity").filter(value -> !value.isScalar()).isPresent();
        List<Level> all = several ? levels(alert) : List.of(level(alert));
        List<Level> levels = alert.optional("where", condition)
                .map(where -> all.stream().map(level -> level.within(where)).toList())
                .orElse(all);
        Persistence raise = alert.get("for", Persistence.RULE, new Persistence(1, 1));
        return new AlertConfig(
                name,
                levels,
                raise,
                alert.get("clear-for", Persistence.RULE, raise),
                new Timing(
                        alert.get("hold", Rules.DURATION, Duration.ZERO),
                        alert.get("cool-down", Rules.DURATION, Duration.ZERO),
                        alert.get("stale-after", orNever(Rules.DURATION), Optional.of(Timing.STALE_AFTER)),
                        alert.get("clear-after", orNever(Rules.DURATION), Optional.empty()),
                        alert.get("flapping", orNever(Rate.RULE), Optional.empty())));
    }

    private Level level(Section alert) {
        Expression when = alert.require("when", condition, STAND_IN);
        return new Level(
                alert.get("severity", Rules.oneOf(Severity.class), Severity.WARNING),
                when,
                alert.get("clear", condition, new Expression.Not(when)));
    }

    /** {@code severity} as a mapping from each severity to its condition; {@code clear} is one condition or such a mapping. */
    private List<Level> levels(Section alert) {
        Map<Severity, Expression> whens = conditions(alert.section("severity"));
        Optional<Value> clear = alert.value("clear");
        boolean each = clear.filter(value -> !value.isScalar()).isPresent();
        Map<Severity, Expression> clears = each ? conditions(clear.get().section()) : Map.of();
        Optional<Expression> all = each ? Optional.empty() : clear.flatMap(value -> value.as(condition));
        clears.keySet().stream()
                .filter(severity -> !whens.containsKey(severity))
                .forEach(severity -> alert.report("clear." + Rules.lowerCase(severity), "must be one of severity's"));
        Severity least = whens.keySet().stream().min(Comparator.naturalOrder()).orElse(Severity.INFO);
        return whens.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(level -> new Level(
                        level.getKey(),
                        level.getValue(),
                        level.getKey() == least && all.isPresent()
                                ? all.get()
                                : clears.getOrDefault(level.getKey(), new Expression.Not(level.getValue()))))
                .toList();
    }

    private Map<Severity, Expression> conditions(Section section) {
        Map<Severity, Expression> conditions = new HashMap<>();
        section.build(() -> {
            for (Severity severity : Severity.values()) {
                section.optional(Rules.lowerCase(severity), condition)
                        .ifPresent(found -> conditions.put(severity, found));
            }
            return conditions;
        });
        return conditions;
    }

    private static <T> Rule<Optional<T>> orNever(Rule<T> rule) {
        return text -> {
            if (text.equals("never")) {
                return Optional.empty();
            }
            try {
                return Optional.of(rule.read(text));
            } catch (Violation e) {
                throw new Violation(e.rule() + ", or never");
            }
        };
    }
}
