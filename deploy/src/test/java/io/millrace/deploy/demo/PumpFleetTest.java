package io.millrace.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PumpFleetTest {
    private static final long SEED = PumpFleet.DEFAULT_SEED;
    private static final long START_MS = 1_764_000_000_000L;
    private static final long FAULT_MS = START_MS + 10_000;
    private static final long GROWN_MS = FAULT_MS + 10_000;
    private static final long END_MS = FAULT_MS + 12_000;

    @Test
    void sameSeedGivesTheSameReadingsInAnyOrder() {
        // Given
        PumpFleet one = healthy(5);
        PumpFleet other = healthy(5);
        byte[] ahead = other.read(3, START_MS + 60_000).toJson();

        // When, Then
        assertThat(other.read(3, START_MS)).isEqualTo(one.read(3, START_MS));
        assertThat(one.read(3, START_MS + 60_000).toJson()).isEqualTo(ahead);
    }

    @Test
    void aPumpIsTheSameInASmallFleetAsInALargeOne() {
        assertThat(healthy(2).read(1, START_MS)).isEqualTo(healthy(50).read(1, START_MS));
    }

    @Test
    void seedsPumpsAndTimesDiffer() {
        // Given
        Reading reading = healthy(2).read(0, START_MS);

        // Then
        assertThat(healthy(2).read(1, START_MS).values()).isNotEqualTo(reading.values());
        assertThat(healthy(2).read(0, START_MS + 250).values()).isNotEqualTo(reading.values());
        assertThat(new PumpFleet(2, SEED + 1, FaultSchedule.none())
                        .read(0, START_MS)
                        .values())
                .isNotEqualTo(reading.values());
    }

    @ParameterizedTest
    @CsvSource({
        "FLOW, 45, 105",
        "SUCTION, 0.9, 2.1",
        "PRESSURE, 3.2, 5.5",
        "SPEED, 2250, 3000",
        "CURRENT, 10, 23",
        "TEMPERATURE, 17, 37",
        "BEARING, 28, 51",
        "VIBRATION, 0.8, 2",
    })
    void healthyPumpsStayInTheirRange(Signal signal, double low, double high) {
        PumpFleet fleet = healthy(100);
        for (int pump = 0; pump < fleet.size(); pump++) {
            for (long timeMs = START_MS; timeMs < START_MS + Pump.DAY_MS; timeMs += 9_999) {
                assertThat(fleet.read(pump, timeMs).value(signal)).isBetween(low, high);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 23})
    void aFasterPumpMovesMoreAndDrawsMore(int pump) {
        // Given
        PumpFleet fleet = healthy(24);
        double[] speed = day(fleet, pump, Signal.SPEED);

        // Then
        assertThat(correlation(speed, day(fleet, pump, Signal.FLOW))).isGreaterThan(0.95);
        assertThat(correlation(speed, day(fleet, pump, Signal.CURRENT))).isGreaterThan(0.95);
        assertThat(correlation(speed, day(fleet, pump, Signal.PRESSURE))).isGreaterThan(0.9);
        assertThat(correlation(speed, day(fleet, pump, Signal.SUCTION))).isLessThan(-0.8);
    }

    @Test
    void aDayRepeatsTheDailyRhythm() {
        // Given the mean over all wander: what is left is the day's
        PumpFleet fleet = healthy(1);

        // When
        double swing = 0;
        for (int hour = 0; hour < 24; hour++) {
            double now = meanSpeed(fleet, START_MS + hour * Pump.DAY_MS / 24);
            double halfADayOn = meanSpeed(fleet, START_MS + hour * Pump.DAY_MS / 24 + Pump.DAY_MS / 2);
            swing = Math.max(swing, Math.abs(now - halfADayOn));
        }

        // Then
        assertThat(swing).isBetween(2 * 0.025 * 2900, 2 * 0.06 * 2900);
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"CLOSING_VALVE", "CAVITATION", "IMBALANCE"})
    void aMachineFaultShowsWhereItShould(FaultKind kind) {
        // Given
        PumpFleet well = healthy(8);
        for (int pump = 0; pump < well.size(); pump++) {
            Map<Signal, Double> change =
                    change(well.read(pump, GROWN_MS), ill(pump, kind).read(pump, GROWN_MS));

            // Then
            switch (kind) {
                case CLOSING_VALVE -> {
                    assertThat(change.get(Signal.FLOW)).isLessThan(-20.0);
                    assertThat(change.get(Signal.PRESSURE)).isGreaterThan(0.3);
                    assertThat(change.get(Signal.CURRENT)).isLessThan(-1.0);
                    assertThat(change.get(Signal.TEMPERATURE)).isGreaterThan(2.0);
                }
                case CAVITATION -> {
                    assertThat(change.get(Signal.SUCTION)).isLessThan(-0.5);
                    assertThat(change.get(Signal.FLOW)).isLessThan(-2.0);
                    assertThat(change.get(Signal.PRESSURE)).isLessThan(-0.5);
                    assertThat(change.get(Signal.VIBRATION)).isGreaterThan(2.0);
                }
                case IMBALANCE -> {
                    assertThat(change.get(Signal.VIBRATION)).isGreaterThan(2.0);
                    assertThat(change.get(Signal.BEARING)).isGreaterThan(4.0);
                    assertThat(change.get(Signal.FLOW)).isZero();
                }
                case FROZEN_SENSOR, DEAD_SENSOR, SILENT_SENSOR -> throw new AssertionError(kind);
            }
            assertThat(change.get(Signal.SPEED)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"FROZEN_SENSOR", "DEAD_SENSOR", "SILENT_SENSOR"})
    void aSensorFaultChangesThatSensorAlone(FaultKind kind) {
        for (Signal sensor : Signal.values()) {
            // Given
            Fault fault = new Fault(1, kind, sensor, FAULT_MS, END_MS);
            PumpFleet fleet = new PumpFleet(2, SEED, FaultSchedule.of(fault));
            PumpFleet well = healthy(2);
            double expected =
                    switch (kind) {
                        case FROZEN_SENSOR -> well.read(1, FAULT_MS).value(sensor);
                        case DEAD_SENSOR -> 0;
                        default -> Double.NaN;
                    };

            // When
            Map<Signal, Double> values = new EnumMap<>(fleet.read(1, GROWN_MS).values());

            // Then
            assertThat(values.remove(sensor)).isEqualTo(Double.valueOf(expected));
            assertThat(well.read(1, GROWN_MS).values()).containsAllEntriesOf(values);
        }
    }

    @ParameterizedTest
    @EnumSource(FaultKind.class)
    void aFaultTouchesNoOtherPumpAndNoOtherTime(FaultKind kind) {
        // Given
        PumpFleet well = healthy(8);
        PumpFleet fleet = ill(3, kind);

        // Then
        assertThat(fleet.read(2, GROWN_MS)).isEqualTo(well.read(2, GROWN_MS));
        assertThat(fleet.read(3, FAULT_MS - 1)).isEqualTo(well.read(3, FAULT_MS - 1));
        assertThat(fleet.read(3, END_MS + 13_000)).isEqualTo(well.read(3, END_MS + 13_000));
        assertThat(fleet.read(3, END_MS).value(Signal.FLOW))
                .isEqualTo(well.read(3, END_MS).value(Signal.FLOW));
    }

    @Test
    void heatComesAndGoesSlowly() {
        assertThat(extraHeat(FAULT_MS + 1_000)).isBetween(0.0, 1.0);
        assertThat(extraHeat(END_MS - 1)).isBetween(6.0, 9.0);
        assertThat(extraHeat(END_MS + 3_000)).isBetween(2.0, 5.0);
    }

    @Test
    void aReadingIsCompactJson() {
        // Given
        Map<Signal, Double> values = new EnumMap<>(Signal.class);
        Arrays.stream(Signal.values()).forEach(signal -> values.put(signal, signal.round(12.3456)));
        values.put(Signal.BEARING, Double.NaN);
        values.put(Signal.FLOW, 0.0);

        // When
        String json = new String(
                new Reading(PumpFleet.deviceId(17), 1_764_000_000_123L, values).toJson(), StandardCharsets.UTF_8);

        // Then
        assertThat(json)
                .isEqualTo("{\"deviceId\":\"pump-017\",\"ts\":1764000000123,\"flow\":0.0,\"suction\":12.35,"
                        + "\"pressure\":12.35,\"speed\":12,\"current\":12.3,\"temperature\":12.3,"
                        + "\"bearing\":null,\"vibration\":12.35}");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, PumpFleet.MOST_PUMPS + 1})
    void aFleetHasABoundedSize(int pumps) {
        assertThatThrownBy(() -> new PumpFleet(pumps, SEED, FaultSchedule.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pumps must be between 1 and 100000, got: " + pumps);
    }

    @Test
    void aFaultEndsAfterItStarts() {
        assertThatThrownBy(() -> new Fault(0, FaultKind.CAVITATION, Signal.FLOW, 5, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a fault's end must be after its start (5), got: 5");
    }

    private static PumpFleet healthy(int pumps) {
        return new PumpFleet(pumps, SEED, FaultSchedule.none());
    }

    private static PumpFleet ill(int pump, FaultKind kind) {
        Fault fault = new Fault(pump, kind, Signal.VIBRATION, FAULT_MS, END_MS);
        return new PumpFleet(8, SEED, FaultSchedule.of(fault));
    }

    private static Map<Signal, Double> change(Reading before, Reading after) {
        Map<Signal, Double> change = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.values()) {
            change.put(signal, after.value(signal) - before.value(signal));
        }
        return change;
    }

    /** How much warmer the bearing is than that of the same pump in balance. */
    private static double extraHeat(long timeMs) {
        double balanced = healthy(8).read(3, timeMs).value(Signal.BEARING);
        return ill(3, FaultKind.IMBALANCE).read(3, timeMs).value(Signal.BEARING) - balanced;
    }

    private static double[] day(PumpFleet fleet, int pump, Signal signal) {
        return LongStream.range(0, 600)
                .mapToDouble(
                        i -> fleet.read(pump, START_MS + i * Pump.DAY_MS / 600).value(signal))
                .toArray();
    }

    private static double meanSpeed(PumpFleet fleet, long aroundMs) {
        return LongStream.range(0, 200)
                .mapToDouble(i -> fleet.read(0, aroundMs + (i - 100) * 400).value(Signal.SPEED))
                .average()
                .orElseThrow();
    }

    private static double correlation(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }
}
