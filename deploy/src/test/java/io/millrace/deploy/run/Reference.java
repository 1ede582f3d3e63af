package io.millrace.deploy.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.scorers.Scorer;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertRule;
import io.millrace.topology.decide.AlertState;
import io.millrace.topology.decide.AlertStates;
import io.millrace.topology.emit.AlertWriter;
import io.millrace.topology.emit.ModelIdentity;
import io.millrace.topology.emit.PredictionWriter;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.OfflineScorer;
import io.millrace.topology.score.Outcome;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.PlanCompiler;
import io.millrace.topology.score.ScoreColumn;
import io.millrace.topology.score.ScoringPlan;
import io.millrace.topology.telemetry.StageTimes;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline must have said of the records of its source: the same records, one after the other on one thread,
 * without Kafka. Values are whole, and name their source's coordinates: equal lists are nothing lost, nothing doubled,
 * and nothing computed from another past.
 */
final class Reference {
    final List<String> predictions = new ArrayList<>();
    final List<String> alerts = new ArrayList<>();
    final List<String> refused = new ArrayList<>();

    private final PipelineConfig config;
    private final AlertStates rules;
    private final PredictionWriter predictionWriter;
    private final AlertWriter alertWriter;
    private final Map<String, AlertState[]> states = new HashMap<>();

    /** @param source all records of the source topic, by partition and offset */
    static Reference of(PipelineConfig config, Scorer scorer, List<ConsumerRecord<byte[], byte[]>> source) {
        ScoringPlan plan = PlanCompiler.compile(config, scorer.contract());
        Reference reference = new Reference(config, scorer, plan);
        StageTimes times = new StageTimes(MeterProvider.noop().get("test"));
        try (OfflineScorer offline = new OfflineScorer(plan, scorer, times)) {
            for (ConsumerRecord<byte[], byte[]> record : source) {
                RawEvent raw = new RawEvent(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        record.key(),
                        record.value());
                reference.take(raw, offline.score(List.of(raw)).get(0));
            }
        }
        return reference;
    }

    private Reference(PipelineConfig config, Scorer scorer, ScoringPlan plan) {
        this.config = config;
        List<String> scores = plan.scores().stream().map(ScoreColumn::name).toList();
        ModelIdentity identity = new ModelIdentity(
                config.model().name(),
                config.model().version().orElse(null),
                scorer.contract().sha256(),
                scorer.provider());
        rules = new AlertStates(
                config.alerts().stream().map(rule -> AlertRule.of(rule, scores)).toList());
        predictionWriter = new PredictionWriter(identity, scores, null);
        alertWriter = new AlertWriter(config.pipeline(), identity, scores);
    }

    private void take(RawEvent raw, Outcome outcome) {
        if (!(outcome instanceof Prediction prediction)) {
            refused.add(raw.partition() + "/" + raw.offset());
            return;
        }
        predictions.add(text(predictionWriter.write(raw, prediction).value()));
        if (prediction.insufficient() == null && !config.alerts().isEmpty()) {
            decide(raw, prediction);
        }
    }

    private void decide(RawEvent raw, Prediction prediction) {
        String device = new String(prediction.device(), UTF_8);
        AlertState[] now = states.computeIfAbsent(device, key -> rules.read(null));
        for (int i = 0; i < now.length; i++) {
            AlertState before = now[i];
            now[i] = before.next(rules.rules().get(i), prediction.scores(), prediction.timeMs());
            if (now[i].tells(before)) {
                AlertChange change = new AlertChange(
                        prediction.device(),
                        rules.rules().get(i),
                        before,
                        now[i],
                        prediction.timeMs(),
                        prediction.scores());
                alerts.add(text(alertWriter.write(raw, change).value()));
            }
        }
    }

    static String text(byte @Nullable [] value) {
        return new String(Objects.requireNonNull(value), UTF_8);
    }
}
