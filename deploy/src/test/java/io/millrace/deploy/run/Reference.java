package io.millrace.deploy.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.scorers.Scorer;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.decide.AlertChange;
import io.millrace.topology.decide.AlertEngine;
import io.millrace.topology.decide.AlertRule;
import io.millrace.topology.desk.AlertDesk;
import io.millrace.topology.desk.Notice;
import io.millrace.topology.emit.AlertWriter;
import io.millrace.topology.emit.ModelIdentity;
import io.millrace.topology.emit.NoticeWriter;
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
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline must have said of the records of its source: the same records, one after the other on one thread,
 * without Kafka. Values are whole, and name their source's coordinates: equal lists are nothing lost, nothing doubled,
 * and nothing computed from another past.
 */
final class Reference {
    private static final long NOW_MS = 0;

    final List<String> predictions = new ArrayList<>();
    final List<String> alerts = new ArrayList<>();
    final List<String> refused = new ArrayList<>();

    private final PipelineConfig config;
    private final AlertEngine engine;
    private final AlertDesk desk;
    private final NoticeWriter noticeWriter;
    private @Nullable RawEvent deciding;
    private final PredictionWriter predictionWriter;
    private final AlertWriter alertWriter;

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
        List<AlertRule> rules = config.alerts().stream()
                .map(rule -> AlertRule.of(rule, config.alerting().tell(), scores, plan.observed()))
                .toList();
        engine = new AlertEngine(rules, config.alerting(), new Engine());
        desk = new AlertDesk(config.pipeline(), config.alerting(), new Desk());
        noticeWriter = new NoticeWriter(config.pipeline());
        predictionWriter = new PredictionWriter(identity, scores, null);
        alertWriter = new AlertWriter(
                config.pipeline(),
                identity,
                scores,
                plan.observed(),
                config.alerting().group());
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

    /** Nobody is silent here, and nothing is late: the clock stands still. */
    private void decide(RawEvent raw, Prediction prediction) {
        deciding = raw;
        engine.event(
                prediction.device(),
                prediction.timeMs(),
                raw.timestampMs(),
                prediction.scores(),
                prediction.fields(),
                NOW_MS);
    }

    private final class Engine implements AlertEngine.Output {
        @Override
        public void store(byte[] device, byte @Nullable [] state) {}

        @Override
        public void tell(AlertChange change) {
            desk.report(alertWriter.write(Objects.requireNonNull(deciding), change, null, List.of()), NOW_MS);
        }
    }

    private final class Desk implements AlertDesk.Output {
        @Override
        public void store(String key, byte @Nullable [] value) {}

        @Override
        public void send(Notice notice) {
            alerts.add(text(noticeWriter.write(notice).value()));
        }

        @Override
        public byte[] storm(
                String rule,
                String group,
                boolean open,
                String severity,
                int count,
                int children,
                long since,
                long time) {
            throw new AssertionError("no storm is configured");
        }

        @Override
        public byte[] summary(long raised, long cleared, long open, long fromMs, long untilMs, long timeMs) {
            throw new AssertionError("nothing is late");
        }
    }

    static String text(byte @Nullable [] value) {
        return new String(Objects.requireNonNull(value), UTF_8);
    }
}
