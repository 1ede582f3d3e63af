package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertRule;
import io.millrace.topology.desk.Report;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Explainer.Contribution;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells the desk of a change: all that goes on the wire but for what the desk itself decides. Not thread-safe.
 */
public final class AlertWriter {
    private static final double[] NONE = {};

    private final byte[] pipeline;
    private final byte[] model;
    private final List<String> scoreNames;
    private final List<String> fieldNames;
    private final GroupLabel group;
    private final SourceMember source = new SourceMember();
    private final JsonBytes json = new JsonBytes();

    /**
     * @param scoreNames of a change's scores, in order
     * @param fieldNames pointers of a change's fields, in order
     * @param groupBy what alerts are grouped by
     */
    public AlertWriter(
            String pipeline,
            ModelIdentity model,
            List<String> scoreNames,
            List<String> fieldNames,
            List<String> groupBy) {
        this.pipeline = new JsonBytes().raw(",\"pipeline\":").string(pipeline).toArray();
        this.model = model.asAlertMembers();
        this.scoreNames = List.copyOf(scoreNames);
        this.fieldNames = List.copyOf(fieldNames);
        this.group = new GroupLabel(groupBy, model);
    }

    /**
     * The report of a change.
     *
     * @param raw the record that decided; {@code null} where silence did
     * @param twin properties of the device's twin as a JSON object; {@code null} where none are read
     * @param contributions of the features to the value, the most important first
     */
    public Report write(
            @Nullable RawEvent raw, AlertChange change, byte @Nullable [] twin, List<Contribution> contributions) {
        String label = group.of(raw, twin);
        String severity = change.severity().name().toLowerCase(Locale.ROOT);
        json.reset().raw("{\"device\":").string(change.device());
        json.raw(",\"rule\":").string(change.name());
        json.raw(",\"state\":").string(change.state());
        json.raw(",\"severity\":").string(severity);
        double[] scores = change.scores();
        AlertRule rule = change.rule();
        if (scores != null && rule != null) {
            json.raw(",\"value\":").number(rule.value(scores, change.fields()));
        }
        json.raw(",\"since\":").number(change.sinceMs());
        json.raw(",\"time\":").number(change.timeMs());
        if (!label.isEmpty()) {
            json.raw(",\"group\":").string(label);
        }
        if (twin != null) {
            json.raw(",\"twin\":").raw(twin);
        }
        json.raw(pipeline).raw(model);
        if (rule != null && raw != null) {
            evidence(raw, change, rule, scores == null ? NONE : scores, contributions);
        }
        return new Report(
                new String(change.device(), UTF_8),
                change.name(),
                label,
                change.state(),
                change.cause(),
                severity,
                change.late(),
                change.sinceMs(),
                change.timeMs(),
                change.revision(),
                json.toArray());
    }

    private void evidence(
            RawEvent raw, AlertChange change, AlertRule rule, double[] scores, List<Contribution> contributions) {
        boolean over = change.state().equals("RESOLVED");
        AlertConfig config = rule.config();
        AlertConfig.Level level = config.levels().stream()
                .filter(one -> !over && one.severity() == change.severity())
                .findFirst()
                .orElse(config.levels().get(0));
        Persistence window = over ? config.clear() : config.raise();
        json.raw(",\"evidence\":{\"condition\":")
                .string(over ? level.clear().toString() : level.when().toString());
        json.raw(",\"scores\":");
        numbers(scoreNames, scores);
        if (!fieldNames.isEmpty()) {
            json.raw(",\"fields\":");
            numbers(fieldNames, change.fields());
        }
        json.raw(",\"matched\":").number(window.hits());
        json.raw(",\"of\":").number(window.of());
        if (!window.span().isZero()) {
            json.raw(",\"for\":").number(window.span().toMillis());
        }
        source.write(raw, json);
        if (!contributions.isEmpty()) {
            json.raw(",\"contributions\":[");
            for (int i = 0; i < contributions.size(); i++) {
                json.raw(i > 0 ? ",{\"feature\":" : "{\"feature\":")
                        .string(contributions.get(i).feature());
                json.raw(",\"by\":").number(contributions.get(i).by()).raw('}');
            }
            json.raw(']');
        }
        json.raw('}');
    }

    private void numbers(List<String> names, double[] values) {
        json.raw('{');
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.string(names.get(i)).raw(':').number(values[i]);
        }
        json.raw('}');
    }
}
