package io.millrace.topology.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.topology.config.DetectConfig.Budget;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictnessTest {
    private static final Budget BUDGET = new Budget(20, Duration.ofDays(1), 100);
    private static final long MINUTE = 60_000;

    /** A hundred devices that each report once a minute: more is never told than allowed, but for the last few. */
    @ParameterizedTest
    @ValueSource(doubles = {0.0001, 0.001, 0.01, 0.1, 1})
    void theBudgetHoldsWhateverTheSignalsDo(double oddShare) {
        Random random = new Random(5);
        Strictness strictness = Strictness.NONE;
        int told = 0;
        int days = 10;
        for (int event = 0; event < days * 1440 * 100; event++) {
            // an odd event's p is within the gate of 1 in 300, evenly
            boolean odd = random.nextDouble() < oddShare;
            boolean tells = odd && (1 - random.nextDouble()) * strictness.factor() <= 1;
            told += tells ? 1 : 0;
            strictness = strictness.after(tells, MINUTE, BUDGET);
        }
        double allowed = BUDGET.alarms() * days;
        assertThat((double) told).isLessThanOrEqualTo(allowed + Strictness.MOST / Strictness.STEP);
        if (oddShare >= 0.001) {
            assertThat((double) told).as("and is used").isGreaterThan(0.8 * allowed);
        }
    }

    @Test
    void aQuietFleetKeepsTheConfiguredGate() {
        Strictness strictness = Strictness.NONE.after(false, MINUTE, BUDGET);
        assertThat(strictness.factor()).isEqualTo(1);
    }

    @Test
    void anAlarmIsForgottenWhenItsTimeHasPassed() {
        Strictness once = Strictness.NONE.after(true, 0, BUDGET);
        assertThat(once.factor()).isCloseTo(Math.exp(0.2), within(1e-12));
        // one device's fifth of an alarm a day pays for it in five days, whatever the pace of its events
        assertThat(once.after(false, Duration.ofDays(1).toMillis(), BUDGET).log())
                .isCloseTo(0.2 * 0.8, within(1e-9));
        assertThat(once.after(false, Duration.ofDays(500).toMillis(), BUDGET).log())
                .as("a long silence is worth no more than a period")
                .isCloseTo(0.2 * 0.8, within(1e-9));
        assertThat(once.after(false, -5, BUDGET)).as("time that runs backwards").isEqualTo(once);
    }

    @Test
    void itSaysOnceThatItHasGoneFar() {
        Strictness strictness = Strictness.NONE;
        int said = 0;
        for (int i = 0; i < 50; i++) {
            Strictness next = strictness.after(true, 0, BUDGET);
            said += next.hasGoneFar(strictness) ? 1 : 0;
            strictness = next;
        }
        assertThat(said).isEqualTo(1);
        assertThat(strictness.log()).isLessThanOrEqualTo(Strictness.MOST);
    }
}
