package io.millrace.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.deploy.demo.Findings.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultLedgerTest {
    private static final String PUMP = "pump-001";
    private static final Fault VALVE = new Fault(1, FaultKind.CLOSING_VALVE, Signal.FLOW, 10_000, 20_000);
    private static final Fault LATER = new Fault(1, FaultKind.IMBALANCE, Signal.FLOW, 40_000, 50_000);
    private static final Fault SILENT = new Fault(2, FaultKind.SILENT_SENSOR, Signal.FLOW, 12_000, 22_000);

    private final FaultLedger ledger = new FaultLedger(FaultSchedule.of(VALVE, SILENT, LATER), Duration.ofSeconds(5));

    @Test
    void anAlertFindsTheFaultOfItsPump() {
        // When
        ledger.fired(PUMP, 12_500);
        ledger.resolved(PUMP, 21_000);
        Findings findings = ledger.findings(60_000);

        // Then
        assertThat(findings)
                .isEqualTo(new Findings(
                        List.of(
                                new Outcome(VALVE, OptionalLong.of(12_500), OptionalLong.of(21_000)),
                                new Outcome(SILENT, OptionalLong.empty(), OptionalLong.empty()),
                                new Outcome(LATER, OptionalLong.empty(), OptionalLong.empty())),
                        1,
                        1,
                        0));
        assertThat(findings.outcomes().get(0).delayMs()).hasValue(2_500);
        assertThat(findings.outcomes().get(1).delayMs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"9999, false", "10000, true", "25000, true", "25001, false"})
    void anAlertIsDueFromTheStartToAGraceAfterTheEnd(long timeMs, boolean due) {
        // When
        ledger.fired(PUMP, timeMs);

        // Then
        assertThat(ledger.findings(60_000).found(FaultKind.CLOSING_VALVE)).isEqualTo(due ? 1 : 0);
        assertThat(ledger.findings(60_000).falseAlerts()).isEqualTo(due ? 0 : 1);
    }

    @Test
    void anAlertOfAnotherPumpIsFalse() {
        // When
        ledger.fired("pump-003", 12_500);

        // Then
        assertThat(ledger.findings(60_000).falseAlerts()).isEqualTo(1);
        assertThat(ledger.findings(60_000).found(FaultKind.CLOSING_VALVE)).isZero();
    }

    @Test
    void repeatedEventsCountOnce() {
        // When
        ledger.fired(PUMP, 12_500);
        ledger.fired(PUMP, 13_000);
        ledger.resolved(PUMP, 21_000);
        ledger.resolved(PUMP, 21_500);
        ledger.resolved("pump-009", 21_500);
        Findings findings = ledger.findings(60_000);

        // Then
        assertThat(findings.raised()).isEqualTo(1);
        assertThat(findings.cleared()).isEqualTo(1);
        assertThat(findings.outcomes().get(0).foundMs()).hasValue(12_500);
        assertThat(findings.outcomes().get(0).clearedMs()).hasValue(21_000);
    }

    @Test
    void aSecondAlertInTheSameFaultIsRaisedButFindsNothingNew() {
        // When
        ledger.fired(PUMP, 12_500);
        ledger.resolved(PUMP, 15_000);
        ledger.fired(PUMP, 16_000);
        Findings findings = ledger.findings(60_000);

        // Then
        assertThat(findings.raised()).isEqualTo(2);
        assertThat(findings.cleared()).isEqualTo(1);
        assertThat(findings.falseAlerts()).isZero();
        assertThat(findings.outcomes().get(0).foundMs()).hasValue(12_500);
    }

    @Test
    void twoFaultsOfAPumpAreKeptApart() {
        // When
        ledger.fired(PUMP, 12_500);
        ledger.resolved(PUMP, 21_000);
        ledger.fired(PUMP, 41_000);
        Findings findings = ledger.findings(60_000);

        // Then
        assertThat(findings.outcomes().get(0).clearedMs()).hasValue(21_000);
        assertThat(findings.outcomes().get(2).delayMs()).hasValue(1_000);
        assertThat(findings.outcomes().get(2).clearedMs()).isEmpty();
    }

    @Test
    void aSilentSensorIsFoundByAnInsufficientPredictionAndNotByAnAlert() {
        // When
        ledger.fired("pump-002", 13_000);
        assertThat(ledger.findings(60_000).found(FaultKind.SILENT_SENSOR)).isZero();
        ledger.insufficient("pump-002", 12_250);
        ledger.insufficient("pump-002", 12_500);
        ledger.insufficient(PUMP, 12_250);
        ledger.resolved("pump-002", 14_000);
        Findings findings = ledger.findings(60_000);

        // Then
        assertThat(findings.found(FaultKind.SILENT_SENSOR)).isEqualTo(1);
        assertThat(findings.medianDelayMs(FaultKind.SILENT_SENSOR)).hasValue(250);
        assertThat(findings.outcomes().get(1).clearedMs()).isEmpty();
        assertThat(findings.found(FaultKind.CLOSING_VALVE)).isZero();
        assertThat(findings.falseAlerts()).isEqualTo(1);
    }

    @Test
    void faultsStillToComeAreNotCounted() {
        assertThat(ledger.findings(12_000).outcomes())
                .extracting(Outcome::fault)
                .containsExactly(VALVE);
        assertThat(ledger.findings(12_001).outcomes())
                .extracting(Outcome::fault)
                .containsExactly(VALVE, SILENT);
    }

    @Test
    void theMedianDelayIsOfThoseFound() {
        // Given
        FaultLedger of = new FaultLedger(
                FaultSchedule.of(
                        new Fault(0, FaultKind.CAVITATION, Signal.FLOW, 0, 9_000),
                        new Fault(1, FaultKind.CAVITATION, Signal.FLOW, 0, 9_000),
                        new Fault(2, FaultKind.CAVITATION, Signal.FLOW, 0, 9_000)),
                Duration.ZERO);

        // When
        of.fired("pump-002", 3_000);
        of.fired("pump-000", 1_000);

        // Then
        assertThat(of.findings(9_000).injected(FaultKind.CAVITATION)).isEqualTo(3);
        assertThat(of.findings(9_000).found(FaultKind.CAVITATION)).isEqualTo(2);
        assertThat(of.findings(9_000).medianDelayMs(FaultKind.CAVITATION)).hasValue(1_000);
        assertThat(of.findings(9_000).medianDelayMs(FaultKind.IMBALANCE)).isEmpty();
    }

    @Test
    void graceIsNotNegative() {
        assertThatThrownBy(() -> new FaultLedger(FaultSchedule.none(), Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("grace must not be negative, got: PT-0.001S");
    }
}
