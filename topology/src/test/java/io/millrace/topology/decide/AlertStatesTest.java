package io.millrace.topology.decide;

import static io.millrace.topology.decide.Fixtures.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.topology.decide.AlertState.Status;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertStatesTest {
    private static final AlertState FIRING = new AlertState(Status.FIRING, 0, 1_764_000_000_000L, 7);
    private static final AlertState PENDING = new AlertState(Status.PENDING, -1L, -5, Integer.MAX_VALUE);
    private static final AlertState RECOVERING = new AlertState(Status.RECOVERING, 1L << 63, Long.MAX_VALUE, 1);

    private static AlertStates of(String... names) {
        return new AlertStates(
                Arrays.stream(names).map(name -> rule(name, 1, 1)).toList());
    }

    @Test
    void nothingStoredIsQuiet() {
        assertThat(of("a", "b").read(null)).containsExactly(AlertState.INITIAL, AlertState.INITIAL);
        assertThat(of().read(of().write(new AlertState[0]))).isEmpty();
    }

    @Test
    void readsWhatItWrote() {
        AlertState[] states = {FIRING, PENDING, RECOVERING, new AlertState(Status.QUIET, 0, 0, 12)};
        AlertStates four = of("a", "b", "a".repeat(100), "d");

        assertThat(four.read(four.write(states))).containsExactly(states);
    }

    @Test
    void everyReadIsAnArrayOfItsOwn() {
        AlertStates states = of("a");
        states.read(null)[0] = FIRING;

        assertThat(states.read(null)).containsExactly(AlertState.INITIAL);
    }

    @Test
    void rulesAreKnownByTheirNamesWhateverTheirOrder() {
        byte[] stored = of("a", "ab", "b").write(new AlertState[] {FIRING, PENDING, RECOVERING});

        assertThat(of("b", "a", "ab").read(stored)).containsExactly(RECOVERING, FIRING, PENDING);
    }

    @Test
    void anAddedRuleIsQuietAndARemovedOneIsForgottenWithTheNextWrite() {
        AlertStates before = of("a", "b");
        AlertStates after = of("b", "c");
        byte[] stored = before.write(new AlertState[] {FIRING, PENDING});

        AlertState[] read = after.read(stored);
        assertThat(read).containsExactly(PENDING, AlertState.INITIAL);
        assertThat(before.read(after.write(read))).containsExactly(AlertState.INITIAL, PENDING);
    }

    @Test
    void aRenamedRuleIsANewOne() {
        assertThat(of("a2").read(of("a").write(new AlertState[] {FIRING}))).containsExactly(AlertState.INITIAL);
    }

    @Test
    void refusesWhatItDidNotWrite() {
        byte[] version = of("a").write(new AlertState[] {FIRING});
        version[0] = 2;
        byte[] status = of("a").write(new AlertState[] {FIRING});
        status[3] = 'x';

        assertThatThrownBy(() -> of("a").read(version))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("alert state must have version 1, got: 2");
        assertThatThrownBy(() -> of("a").read(status))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("stored alert status must be one of q, p, f, r, got: x");
    }

    @Test
    void rulesStayInOrder() {
        assertThat(of("b", "a").rules()).isEqualTo(List.of(rule("b", 1, 1), rule("a", 1, 1)));
    }
}
