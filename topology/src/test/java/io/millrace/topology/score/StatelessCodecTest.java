package io.millrace.topology.score;

import static io.millrace.topology.score.Fixtures.TIMES;
import static io.millrace.topology.score.Fixtures.json;
import static io.millrace.topology.score.Fixtures.raw;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.decode.Rejected;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.Outcome.Refused;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatelessCodecTest {
    private final FakeScorer fake = FakeScorer.of(2, 16, (in, out) -> out[0][0] = in[0][0] - 1000 * in[0][1]);
    private final ScoringPlan plan = Fixtures.plan(Fixtures.STATELESS, fake.contract());

    private List<Outcome> score(List<RawEvent> raws) {
        try (OfflineScorer offline = new OfflineScorer(plan, fake, TIMES)) {
            return offline.score(raws);
        }
    }

    private Prediction predict(RawEvent raw) {
        return (Prediction) score(List.of(raw)).get(0);
    }

    @Test
    void everyRecordGetsTheScoreOfItsOwnRow() {
        // Given records of which some need no row and some fail
        fake.failWhen(inputs -> inputs[0][1] == 7);
        Random random = new Random(1);
        List<int[]> numbers = IntStream.range(0, 500)
                .mapToObj(i -> new int[] {random.nextInt(105), random.nextInt(20)})
                .toList();

        // When
        List<Outcome> outcomes = score(IntStream.range(0, 500)
                .mapToObj(i -> raw(i, 50, json("d" + i, i, numbers.get(i)[0], numbers.get(i)[1])))
                .toList());

        // Then
        for (int i = 0; i < 500; i++) {
            int a = numbers.get(i)[0];
            int b = numbers.get(i)[1];
            if (a <= 100 && b == 7) {
                assertThat(outcomes.get(i))
                        .isEqualTo(new Refused(
                                new Rejected("score", Reason.MODEL_FAILED, null, "the fake fails as told")));
                continue;
            }
            Prediction prediction = (Prediction) outcomes.get(i);
            assertThat(new String(prediction.device(), UTF_8)).isEqualTo("d" + i);
            assertThat(prediction.timeMs()).isEqualTo(i);
            assertThat(prediction.scores()).isEqualTo(a > 100 ? new double[0] : new double[] {a - 1000.0 * b});
        }
    }

    @Test
    void whatCannotBeJudgedSaysWhy() {
        assertThat(predict(raw(0, 0, json("p", 0, null, 1))).insufficient()).isEqualTo("missing /a");
        assertThat(predict(raw(0, 0, json("p", 0, 1, null))).insufficient()).isEqualTo("missing /b");
        assertThat(predict(raw(0, 0, json("p", 0, -101, 1))).insufficient()).startsWith("out-of-range /a");
        assertThat(predict(raw(0, 0, json("p", 5001, 1, 1))).insufficient()).startsWith("clock-ahead");
        assertThat(fake.calls()).isZero();
    }

    @Test
    void lateEventsAndFrozenOnesDoNotExistWithoutAPast() {
        List<Outcome> outcomes = score(List.of(raw(0, 10, json("p", 10, 1, 1)), raw(1, 10, json("p", 1, 1, 1))));

        assertThat(outcomes).allSatisfy(outcome -> assertThat(((Prediction) outcome).insufficient())
                .isNull());
    }

    @Test
    void aRecordThatCannotBeDecodedIsRefusedWithTheDecodersReason() {
        Refused refused = (Refused)
                score(List.of(raw(0, 0, "{\"d\":\"p\",\"t\":1,\"a\":1}"))).get(0);

        assertThat(refused.why().stage()).isEqualTo("decode");
        assertThat(refused.why().reason()).isEqualTo(Reason.MISSING_FIELD);
        assertThat(refused.why().field()).isEqualTo("/b");
    }

    @Test
    void aPlanThatNeedsThePastIsRefused() {
        ScoringPlan stateful =
                Fixtures.plan(Fixtures.STATELESS.replace("[/a, /b]", "[/a, {field: /b, lag: 1}]"), fake.contract());

        assertThatThrownBy(() -> new StatelessCodec(stateful, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the plan must not need the device's past, but does");
    }
}
