package io.millrace.topology.decide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.topology.config.AlertConfig;
import io.millrace.topology.config.AlertConfig.Level;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Rate;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.AlertConfig.Timing;
import io.millrace.topology.config.AlertingConfig;
import io.millrace.topology.config.Expression.Operator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Times are in seconds from {@link #START}; events arrive when they happen, unless a test says otherwise. */
class AlertEngineTest {
    private static final long START = 1_764_000_000_000L;
    private static final Persistence ONCE = new Persistence(1, 1);

    private final List<String> told = new ArrayList<>();
    private final Map<String, byte[]> stored = new HashMap<>();
    private List<AlertRule> rules = List.of();
    private AlertEngine engine = engine(Fixtures.rule("wear", ONCE, Timing.DEFAULT));

    private AlertEngine engine(AlertRule... with) {
        rules = List.of(with);
        return new AlertEngine(rules, AlertingConfig.DEFAULT, new AlertEngine.Output() {
            @Override
            public void store(byte[] device, byte @Nullable [] state) {
                if (state == null) {
                    stored.remove(new String(device, UTF_8));
                } else {
                    stored.put(new String(device, UTF_8), state);
                }
            }

            @Override
            public void tell(AlertChange change) {
                told.add(change.name() + " " + change.state() + " "
                        + change.cause().word() + " "
                        + change.severity().name().charAt(0) + " since " + (change.sinceMs() - START) / 1000 + " at "
                        + (change.timeMs() - START) / 1000 + (change.late() ? " late" : "") + " r" + change.revision());
            }
        });
    }

    private void use(Persistence persistence, Timing timing) {
        engine = engine(Fixtures.rule("wear", persistence, timing));
    }

    private void restart(long seconds, AlertRule... with) {
        engine = engine(with);
        stored.forEach((device, state) -> engine.load(device.getBytes(UTF_8), state, START + seconds * 1000));
    }

    private void event(long seconds, double x) {
        event("p", seconds, x, seconds);
    }

    private void event(String device, long seconds, double x, long nowSeconds) {
        engine.event(
                device.getBytes(UTF_8),
                START + seconds * 1000,
                START + seconds * 1000,
                new double[] {x, 0},
                new double[0],
                START + nowSeconds * 1000);
    }

    private void tick(long seconds) {
        engine.tick(START + seconds * 1000);
    }

    private static Timing timing(int hold, int coolDown, int staleAfter, int clearAfter, int flaps) {
        return new Timing(
                Duration.ofSeconds(hold),
                Duration.ofSeconds(coolDown),
                staleAfter == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(staleAfter)),
                clearAfter == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(clearAfter)),
                flaps == 0 ? Optional.empty() : Optional.of(new Rate(flaps, Duration.ofSeconds(100))));
    }

    @Test
    void betweenTheTwoConditionsNothingMoves() {
        for (double x : new double[] {0.7, 0.95, 0.7, 0.8, 0.5, 0.7}) {
            event(told.size(), x);
        }
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).startsWith("wear FIRING raised C");
        assertThat(told.get(1)).startsWith("wear RESOLVED resolved C");
    }

    @Test
    void aDeviceThatNeverComesNearARuleLeavesNothing() {
        event(0, 0.1);
        event(1, Double.NaN);

        assertThat(stored).isEmpty();
    }

    @Test
    void threeOfFiveRaisesAndClearsOnlyWithEnoughOfTheLastFive() {
        use(new Persistence(3, 5), Timing.DEFAULT);
        double[] xs = {1, 1, 0, 0, 0, 1, 1, 0.7, 1, 0, 0.7, 0, 0.7, 0.7, 0.7, 0, 0, 0};
        for (int i = 0; i < xs.length; i++) {
            event(i, xs[i]);
        }
        assertThat(told)
                .containsExactly("wear FIRING raised C since 5 at 8 r1", "wear RESOLVED resolved C since 5 at 17 r2");
    }

    @Test
    void sinceIsTheOldestHitThatIsStillInTheWindow() {
        use(new Persistence(2, 3), Timing.DEFAULT);
        event(0, 1);
        event(1, 0);
        event(2, 0);
        event(3, 1);
        event(4, 0);
        event(5, 1);

        assertThat(told).containsExactly("wear FIRING raised C since 3 at 5 r1");
    }

    @Test
    void aDurationCountsEventTimeWithoutABreak() {
        use(new Persistence(1, 1, Duration.ofSeconds(30)), Timing.DEFAULT);
        event(0, 1);
        event(20, 1);
        event(25, 0.7);
        event(30, 1);
        event(59, 1);
        assertThat(told).isEmpty();
        event(60, 1);
        event(61, 0);
        event(90, 0);
        event(91, 0);

        assertThat(told)
                .containsExactly(
                        "wear FIRING raised C since 30 at 60 r1", "wear RESOLVED resolved C since 30 at 91 r2");
    }

    @Test
    void holdKeepsItOpenAndCoolDownKeepsItShut() {
        use(ONCE, timing(10, 20, 0, 0, 0));
        event(0, 1);
        event(5, 0);
        event(10, 0);
        event(15, 1);
        event(30, 1);

        assertThat(told)
                .containsExactly(
                        "wear FIRING raised C since 0 at 0 r1",
                        "wear RESOLVED resolved C since 0 at 10 r2",
                        "wear FIRING raised C since 15 at 30 r3");
    }

    @Test
    void severitiesGoUpAndDown() {
        engine = engine(Fixtures.rule(new AlertConfig(
                "heat",
                List.of(
                        new Level(
                                Severity.WARNING,
                                Fixtures.compare("x", Operator.GREATER, 0.7),
                                Fixtures.compare("x", Operator.LESS, 0.5)),
                        new Level(
                                Severity.CRITICAL,
                                Fixtures.compare("x", Operator.GREATER, 0.9),
                                Fixtures.compare("x", Operator.LESS, 0.8))),
                ONCE,
                ONCE,
                Timing.DEFAULT)));
        double[] xs = {0.75, 0.95, 0.85, 0.75, 0.95, 0.2, 0.95, 0.2};
        for (int i = 0; i < xs.length; i++) {
            event(i, xs[i]);
        }
        assertThat(told)
                .containsExactly(
                        "heat FIRING raised W since 0 at 0 r1",
                        "heat FIRING escalated C since 0 at 1 r2",
                        "heat FIRING de-escalated W since 0 at 3 r3",
                        "heat FIRING escalated C since 0 at 4 r4",
                        "heat RESOLVED resolved C since 0 at 5 r5",
                        "heat FIRING raised C since 6 at 6 r6",
                        "heat RESOLVED resolved C since 6 at 7 r7");
    }

    @Test
    void silenceMakesAnAlertStaleAndNotResolved() {
        use(ONCE, timing(0, 0, 60, 0, 0));
        event(0, 1);
        tick(59);
        assertThat(told).hasSize(1);
        tick(60);
        tick(5000);
        event(6000, 0.7);
        event(6001, 0);

        assertThat(told)
                .containsExactly(
                        "wear FIRING raised C since 0 at 0 r1",
                        "wear STALE stale C since 0 at 60 r2",
                        "wear FIRING back C since 0 at 6000 r3",
                        "wear RESOLVED resolved C since 0 at 6001 r4");
    }

    @Test
    void silenceClearsWhereTheRuleSaysSo() {
        use(ONCE, timing(0, 0, 60, 300, 0));
        event(0, 1);
        tick(60);
        tick(299);
        tick(300);

        assertThat(told).hasSize(3).last().isEqualTo("wear RESOLVED silent C since 0 at 300 r3");
    }

    @Test
    void aPendingAlertIsForgottenInSilence() {
        use(new Persistence(2, 5), timing(0, 0, 60, 0, 0));
        event(0, 1);
        tick(60);
        assertThat(stored).isEmpty();
        event(61, 1);

        assertThat(told).isEmpty();
    }

    @Test
    void eventsBeforeALongGapNoLongerCount() {
        use(new Persistence(2, 5), timing(0, 0, 60, 0, 0));
        event(0, 1);
        event(60, 1);
        assertThat(told).isEmpty();
        event(61, 1);

        assertThat(told).containsExactly("wear FIRING raised C since 60 at 61 r1");
    }

    @Test
    void whatOscillatesIsOneFlappingAlertUntilItIsCalm() {
        use(ONCE, timing(0, 0, 0, 0, 3));
        for (int i = 0; i < 20; i++) {
            event(i, i % 2 == 0 ? 1 : 0);
        }
        event(118, 0);
        assertThat(told).hasSize(5).last().isEqualTo("wear FLAPPING flapping C since 4 at 4 r5");
        event(119, 0);

        assertThat(told).hasSize(6).last().isEqualTo("wear RESOLVED resolved C since 4 at 119 r6");
        event(120, 1);
        assertThat(told).last().isEqualTo("wear FIRING raised C since 120 at 120 r7");
    }

    @Test
    void flappingThatEndsInTroubleFires() {
        use(ONCE, timing(0, 0, 0, 0, 2));
        event(0, 1);
        event(1, 0);
        event(2, 1);
        event(102, 1);

        assertThat(told).last().isEqualTo("wear FIRING calmed C since 2 at 102 r4");
    }

    @Test
    void alertsOfThePastAreLateAndToldAgainInThePresentIfStillOpen() {
        event("p", 0, 1, 10_000);
        event("p", 1, 0, 10_000);
        event("p", 2, 1, 10_000);
        event("p", 10_000, 1, 10_001);

        assertThat(told)
                .containsExactly(
                        "wear FIRING raised C since 0 at 0 late r1",
                        "wear RESOLVED resolved C since 0 at 1 late r2",
                        "wear FIRING raised C since 2 at 2 late r3",
                        "wear FIRING caught-up C since 2 at 10000 r4");
    }

    @Test
    void aDeviceWhoseClockIsBehindIsToldOfAllTheSame() {
        // Given a clock that is 10,000 s behind, and runs
        for (int i = 0; i < 200; i++) {
            event("p", i, i < 5 ? 0 : 1, 10_000 + i);
            tick(10_000 + i);
        }

        // Then
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).isEqualTo("wear FIRING raised C since 5 at 5 late r1");
        assertThat(told.get(1)).startsWith("wear FIRING caught-up C since 5");
    }

    @Test
    void noDeviceIsSilentWhileABacklogIsWorkedOff() {
        use(ONCE, timing(0, 0, 60, 0, 0));
        event("p", 0, 1, 100_000);
        for (int i = 1; i < 200; i++) {
            event("q", i * 400L, 0, 100_000 + i);
            tick(100_000 + i);
        }
        assertThat(told).hasSize(1);
    }

    @Test
    void aClockThatIsSetBackHoldsNothingOpen() {
        event(1_000_000, 1);
        event("p", 0, 0, 1_000_001);

        assertThat(told).hasSize(2).last().asString().startsWith("wear RESOLVED");
    }

    @Test
    void aRuleThatWasRemovedEndsItsAlert() {
        event(0, 1);
        restart(10, Fixtures.rule("other", ONCE, Timing.DEFAULT));
        tick(10);

        assertThat(told).hasSize(2).last().isEqualTo("wear RESOLVED rule-removed W since 0 at 10 r2");
        assertThat(stored).isEmpty();
    }

    @Test
    void whatIsLongResolvedIsForgotten() {
        event(0, 1);
        event(1, 0);
        tick(7 * 24 * 3600);
        assertThat(told).hasSize(2);
        tick(7 * 24 * 3600 + 1);

        assertThat(told).hasSize(3).last().asString().contains("forgotten");
        assertThat(stored).isEmpty();
    }

    @Test
    void aTickLooksAtABoundedNumberOfDevices() {
        use(ONCE, timing(0, 0, 60, 0, 0));
        for (int i = 0; i < 2 * AlertEngine.MOST_PER_TICK; i++) {
            event("p" + i, 0, 1, 0);
        }
        tick(60);
        assertThat(told).hasSize(3 * AlertEngine.MOST_PER_TICK);
        tick(61);
        assertThat(told).hasSize(4 * AlertEngine.MOST_PER_TICK);
    }

    @Test
    void anEventThatMovesNothingAllocatesNothing() {
        // Given a quiet device, and one whose alert fires
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        event("fires", 0, 1, 0);
        byte[] quiet = "quiet".getBytes(UTF_8);
        byte[] fires = "fires".getBytes(UTF_8);
        double[] low = {0.1, 0};
        double[] high = {0.95, 0};
        double[] none = {};
        long least = Long.MAX_VALUE;

        // When
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                engine.event(quiet, START + i, START + i, low, none, START + i);
                engine.event(fires, START + i, START + i, high, none, START + i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        // Then
        assertThat(least).as("bytes for 20,000 events").isLessThan(20_000);
    }

    @Test
    void stateOfVersionOneIsRead() {
        // Given a state of version 1: pending with one hit, and one that fires
        ByteBuffer old = ByteBuffer.allocate(1 + 2 * (1 + 4 + 1 + 8 + 8 + 4)).put((byte) 1);
        old.put((byte) 4)
                .put("wear".getBytes(UTF_8))
                .put((byte) 'p')
                .putLong(1)
                .putLong(START)
                .putInt(4);
        old.put((byte) 4)
                .put("heat".getBytes(UTF_8))
                .put((byte) 'f')
                .putLong(0)
                .putLong(START)
                .putInt(7);
        stored.put("p", old.array());
        restart(
                10,
                Fixtures.rule("wear", new Persistence(2, 3), Timing.DEFAULT),
                Fixtures.rule("heat", ONCE, Timing.DEFAULT));

        // When
        event(11, 1);
        event(12, 0);

        // Then
        assertThat(told)
                .containsExactly("wear FIRING raised C since 0 at 11 r5", "heat RESOLVED resolved C since 0 at 12 r8");
    }

    @Test
    void refusesStateOfAnUnknownVersion() {
        stored.put("p", new byte[] {9});

        assertThatThrownBy(() -> restart(0, Fixtures.rule("wear", ONCE, Timing.DEFAULT)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("alert state must have version 1 or 2, got: 9");
    }
}
