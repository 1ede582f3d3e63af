package io.millrace.topology.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.Scorer;
import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Explainer.Contribution;
import io.millrace.topology.score.Outcome.Prediction;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExplainerTest {
    private static final String STATEFUL = """
            pipeline: pumps
            source: {device: /d, time: /t}
            model:
              uri: fake.onnx
              inputs: {features: [/a, {field: /b, lag: 1}]}
            """;

    private final Scorer scorer = FakeScorer.of(2, 1, (in, out) -> out[0][0] = 3 * in[0][0] - in[0][1]);

    private Prediction score(OfflineScorer offline, RawEvent raw) {
        return (Prediction) offline.score(List.of(raw)).get(0);
    }

    private List<Contribution> explain(String yaml, int samples, int... more) {
        PipelineConfig config = Fixtures.config(yaml);
        ScoringPlan plan = PlanCompiler.compile(config, scorer.contract());
        try (OfflineScorer offline = new OfflineScorer(plan, scorer, Fixtures.TIMES);
                Explainer explainer = Objects.requireNonNull(Explainer.of(config, plan, scorer))) {
            long now = 0;
            // Rows of 1 and 1, far enough apart to be looked at; the first event of a device has no past
            score(offline, Fixtures.raw(0, 0, Fixtures.json("p", 0, 1, 1)));
            for (int i = 1; i <= samples; i++) {
                now = i * Explainer.SAMPLE_EVERY_MS;
                RawEvent raw = Fixtures.raw(i, now, Fixtures.json("p", now, 1, 1));
                explainer.observe(raw, score(offline, raw), now);
            }
            List<Contribution> contributions = List.of();
            for (int value : more) {
                now += 1000;
                RawEvent raw = Fixtures.raw(0, now, Fixtures.json("p", now, value, 2 * value));
                contributions = explainer.explain(raw, score(offline, raw), 0, now);
            }
            return contributions;
        }
    }

    @Test
    void tellsWhatEachFeatureAddsToTheScore() {
        assertThat(explain(Fixtures.STATELESS, 100, 5))
                .containsExactly(new Contribution("/a", 12), new Contribution("/b", -9));
    }

    @Test
    void featuresOfThePastAreThoseThatTheModelSaw() {
        // Given a row whose second feature is what /b was an event ago: 14
        assertThat(explain(STATEFUL, 100, 7, 2))
                .containsExactly(new Contribution("/b lag 1", -13), new Contribution("/a", 3));
    }

    @Test
    void whatIsAsUsualContributesNothing() {
        assertThat(explain(STATEFUL, 100, 1, 1)).containsExactly(new Contribution("/b lag 1", -1));
    }

    @Test
    void saysNothingBeforeItHasSeenWhatIsUsual() {
        assertThat(explain(Fixtures.STATELESS, 10, 5)).isEmpty();
    }

    @Test
    void explainsSoManyASecondAndNoMore() {
        PipelineConfig config = Fixtures.config(Fixtures.STATELESS);
        ScoringPlan plan = PlanCompiler.compile(config, scorer.contract());
        try (OfflineScorer offline = new OfflineScorer(plan, scorer, Fixtures.TIMES);
                Explainer explainer = Objects.requireNonNull(Explainer.of(config, plan, scorer))) {
            RawEvent raw = Fixtures.raw(0, 0, Fixtures.json("p", 0, 5, 7));
            Prediction prediction = score(offline, raw);
            for (int i = 0; i < 20; i++) {
                RawEvent usual = Fixtures.raw(0, 0, Fixtures.json("p", 0, 1, 1));
                explainer.observe(usual, score(offline, usual), i * Explainer.SAMPLE_EVERY_MS);
            }
            int explained = 0;
            for (int i = 0; i < 100; i++) {
                explained += explainer.explain(raw, prediction, 0, 10_000 + i).isEmpty() ? 0 : 1;
            }
            assertThat(explained).isEqualTo(Explainer.MOST_PER_SECOND);
            assertThat(explainer.explain(raw, prediction, 0, 11_000)).isNotEmpty();
            assertThat(explainer.explain(raw, prediction, -1, 12_000))
                    .as("of a field")
                    .isEmpty();
        }
    }
}
