package io.millrace.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultScheduleTest {
    private static final long START_MS = 1_764_000_000_000L;
    private static final Duration MINUTE = Duration.ofSeconds(60);

    static Stream<Arguments> runs() {
        return Stream.of(1, 3, 50, 1000)
                .flatMap(pumps -> Stream.of(18, 30, 60, 600).map(seconds -> Arguments.of(pumps, seconds)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void faultsStartLateEndEarlyAndNeverMeet(int pumps, int seconds) {
        for (long seed = 0; seed < 20; seed++) {
            // When
            List<Fault> faults = FaultSchedule.draw(seed, pumps, START_MS, Duration.ofSeconds(seconds))
                    .faults();

            // Then
            assertThat(faults).allSatisfy(fault -> {
                assertThat(fault.pump()).isBetween(0, pumps - 1);
                assertThat(fault.startMs()).isGreaterThanOrEqualTo(START_MS + 8_000);
                assertThat(fault.endMs()).isLessThanOrEqualTo(START_MS + seconds * 1000L - 10_000);
                assertThat(fault.endMs() - fault.startMs()).isBetween(8_000L, 14_000L);
            });
            IntStream.range(0, pumps).forEach(pump -> {
                List<Fault> ofPump =
                        faults.stream().filter(fault -> fault.pump() == pump).toList();
                for (int i = 1; i < ofPump.size(); i++) {
                    assertThat(ofPump.get(i).startMs())
                            .isGreaterThanOrEqualTo(ofPump.get(i - 1).endMs() + 10_000);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 42, -7, Long.MAX_VALUE})
    void aMinuteHasEveryKind(long seed) {
        // When
        List<Fault> faults = FaultSchedule.draw(seed, 50, START_MS, MINUTE).faults();

        // Then
        assertThat(faults).hasSize(12).extracting(Fault::kind).contains(FaultKind.values());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 25})
    void aRunTooShortForAFaultAndItsRecoveryHasNone(int seconds) {
        assertThat(FaultSchedule.draw(1, 50, START_MS, Duration.ofSeconds(seconds))
                        .faults())
                .isEmpty();
    }

    @Test
    void theShortestRunWithAFaultHasOne() {
        assertThat(FaultSchedule.draw(1, 50, START_MS, Duration.ofSeconds(26)).faults())
                .hasSize(1);
    }

    @Test
    void aSinglePumpHasItsFaultsOneAfterTheOther() {
        assertThat(FaultSchedule.draw(1, 1, START_MS, Duration.ofMinutes(10)).faults())
                .hasSizeGreaterThan(15);
    }

    @Test
    void sameArgumentsGiveTheSameFaultsAndAnotherSeedOthers() {
        // Given
        List<Fault> faults = FaultSchedule.draw(42, 50, START_MS, MINUTE).faults();

        // Then
        assertThat(FaultSchedule.draw(42, 50, START_MS, MINUTE).faults()).isEqualTo(faults);
        assertThat(FaultSchedule.draw(43, 50, START_MS, MINUTE).faults()).isNotEqualTo(faults);
    }

    @Test
    void aFaultHoldsFromItsStartToJustBeforeItsEnd() {
        // Given
        Fault fault = new Fault(2, FaultKind.CAVITATION, Signal.FLOW, 1_000, 2_000);
        FaultSchedule schedule = FaultSchedule.of(fault);

        // Then
        assertThat(schedule.at(2, 999)).isNull();
        assertThat(schedule.at(2, 1_000)).isEqualTo(fault);
        assertThat(schedule.at(2, 1_999)).isEqualTo(fault);
        assertThat(schedule.at(2, 2_000)).isNull();
        assertThat(schedule.at(1, 1_500)).isNull();
    }

    @Test
    void aFaultGrowsToItsFullStrength() {
        // Given
        Fault fault = new Fault(2, FaultKind.CAVITATION, Signal.FLOW, 1_000, 11_000);

        // Then
        assertThat(fault.severity(999)).isZero();
        assertThat(fault.severity(3_000)).isEqualTo(0.5);
        assertThat(fault.severity(5_000)).isEqualTo(1);
        assertThat(fault.severity(10_999)).isEqualTo(1);
        assertThat(fault.severity(11_000)).isZero();
    }
}
