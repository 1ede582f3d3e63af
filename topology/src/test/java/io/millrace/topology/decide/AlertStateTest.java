package io.millrace.topology.decide;

import static io.millrace.topology.decide.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.topology.config.Condition;
import io.millrace.topology.config.Condition.Operator;
import io.millrace.topology.decide.AlertState.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertStateTest {
    private static AlertState run(AlertRule rule, AlertState state, double... xs) {
        for (double x : xs) {
            state = state.next(rule, new double[] {x, 0}, 0);
        }
        return state;
    }

    /** The same rules, told as a list of verdicts and a flag. */
    private static final class Reference {
        private final AlertRule rule;
        private final List<Boolean> verdicts = new ArrayList<>();
        private boolean open;
        private int told;
        private @Nullable Long since;

        Reference(AlertRule rule) {
            this.rule = rule;
        }

        /** Whether the event is to be told. */
        boolean next(double[] scores, long timeMs) {
            boolean verdict = open
                    ? rule.config().clear().holds(scores[rule.clearScore()])
                    : rule.config().when().holds(scores[rule.whenScore()]);
            verdicts.add(verdict);
            if (verdicts.size() > rule.config().persistence().of()) {
                verdicts.remove(0);
            }
            if (!open) {
                since = !verdicts.contains(true) ? null : since == null ? (Long) timeMs : since;
            }
            long hits = verdicts.stream().filter(v -> v).count();
            if (hits < rule.config().persistence().hits()) {
                return false;
            }
            if (open) {
                since = null;
            }
            open = !open;
            told++;
            verdicts.clear();
            return true;
        }

        Status status() {
            boolean some = verdicts.contains(true);
            return open ? some ? Status.RECOVERING : Status.FIRING : some ? Status.PENDING : Status.QUIET;
        }
    }

    private static AlertRule randomRule(Random random, String name) {
        int of = random.nextInt(4) == 0 ? 64 : 1 + random.nextInt(64);
        int hits = random.nextInt(4) == 0 ? of : 1 + random.nextInt(of);
        boolean upwards = random.nextBoolean();
        double raise = random.nextDouble();
        Condition when = new Condition("x", upwards ? Operator.GREATER : Operator.LESS_OR_EQUAL, raise);
        Condition clear = random.nextInt(3) == 0
                ? new Condition("y", Operator.GREATER_OR_EQUAL, random.nextDouble())
                : new Condition(
                        "x",
                        upwards ? Operator.LESS : Operator.GREATER,
                        raise + (upwards ? -1 : 1) * 0.2 * random.nextDouble());
        return rule(name, when, hits, of, clear);
    }

    /** Stretches of calm and of trouble, so that windows of 64 fill up; and now and then no number at all. */
    private static double score(Random random, double mood) {
        return random.nextInt(50) == 0 ? Double.NaN : random.nextInt(5) == 0 ? random.nextDouble() : mood;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithTheRulesToldDifferentlyThroughAnyNumberOfRestarts(long seed) {
        Random random = new Random(seed);
        int raises = 0;
        for (int round = 0; round < 150; round++) {
            // Given
            AlertRule rule = randomRule(random, "r");
            AlertStates stored = new AlertStates(List.of(rule));
            Reference reference = new Reference(rule);
            AlertState state = AlertState.INITIAL;
            boolean open = false;
            double mood = 0;
            for (int step = 0; step < 500; step++) {
                mood = random.nextInt(40) == 0 ? random.nextDouble() : mood;
                double[] scores = {score(random, mood), score(random, mood)};
                long time = random.nextInt();

                // When
                AlertState after = state.next(rule, scores, time);
                boolean told = reference.next(scores, time);

                // Then
                assertThat(after.tells(state)).isEqualTo(told);
                assertThat(after.status()).isEqualTo(reference.status());
                assertThat(after.revision())
                        .isEqualTo(state.revision() + (told ? 1 : 0))
                        .isEqualTo(reference.told);
                assertThat(after.sinceMs()).isEqualTo(reference.since == null ? 0 : reference.since);
                if (told) {
                    assertThat(after.open()).as("raises and clears take turns").isNotEqualTo(open);
                    open = after.open();
                    raises += open ? 1 : 0;
                }
                state = random.nextInt(10) == 0 ? stored.read(stored.write(new AlertState[] {after}))[0] : after;
                assertThat(state).isEqualTo(after);
            }
        }
        assertThat(raises).as("the test is about something").isGreaterThan(500);
    }

    @Test
    void oneOfOneNeverPends() {
        AlertState fired = run(rule("r", 1, 1), AlertState.INITIAL, 0.95);

        assertThat(fired.status()).isEqualTo(Status.FIRING);
        assertThat(run(rule("r", 1, 1), fired, 0.7).status())
                .as("between the two")
                .isEqualTo(Status.FIRING);
        assertThat(run(rule("r", 1, 1), fired, 0.5)).isEqualTo(new AlertState(Status.QUIET, 0, 0, 2));
    }

    @Test
    void threeOfFiveRaisesAndClearsOnlyWithEnoughOfTheLastFive() {
        AlertRule rule = rule("r", 3, 5);

        assertThat(run(rule, AlertState.INITIAL, 1, 1, 0, 0, 0, 1, 1).status()).isEqualTo(Status.PENDING);
        AlertState fired = run(rule, AlertState.INITIAL, 1, 0, 1, 0, 1);
        assertThat(fired.status()).isEqualTo(Status.FIRING);
        AlertState recovering = run(rule, fired, 0, 0.7, 0);
        assertThat(recovering.status()).isEqualTo(Status.RECOVERING);
        assertThat(run(rule, recovering, 0.7, 0.7, 0.7, 0.7, 0.7))
                .as("fires on")
                .isEqualTo(fired);
        assertThat(run(rule, recovering, 0).status()).isEqualTo(Status.QUIET);
    }

    @Test
    void aRaiseTellsTheFirstEventThatSpokeForIt() {
        AlertRule rule = rule("r", 2, 3);
        AlertState pending = AlertState.INITIAL.next(rule, new double[] {1, 0}, 100);
        AlertState fired = pending.next(rule, new double[] {1, 0}, 200);
        AlertState half = fired.next(rule, new double[] {0, 0}, 300);
        AlertState cleared = half.next(rule, new double[] {0, 0}, 400);

        AlertChange raise = new AlertChange(new byte[0], rule, pending, fired, 200, new double[] {1, 0});
        AlertChange clear = new AlertChange(new byte[0], rule, half, cleared, 400, new double[] {0, 0});

        assertThat(raise.raised()).isTrue();
        assertThat(raise.sinceMs()).isEqualTo(100);
        assertThat(clear.raised()).isFalse();
        assertThat(clear.sinceMs()).isEqualTo(100);
        assertThat(cleared.sinceMs()).isZero();
    }

    @Test
    void aScoreThatIsNoNumberMovesNothingByItself() {
        AlertState fired = run(rule("r", 1, 1), AlertState.INITIAL, 1);

        assertThat(run(rule("r", 1, 1), AlertState.INITIAL, Double.NaN)).isEqualTo(AlertState.INITIAL);
        assertThat(run(rule("r", 1, 1), fired, Double.NaN)).isEqualTo(fired);
    }

    @Test
    void aConditionMustNameAScore() {
        assertThatThrownBy(() -> AlertRule.of(
                        rule("r", new Condition("x", Operator.LESS, 1), 1, 1, new Condition("x", Operator.GREATER, 1))
                                .config(),
                        List.of("y")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("alert condition must name one of the scores [y], got: x");
    }
}
