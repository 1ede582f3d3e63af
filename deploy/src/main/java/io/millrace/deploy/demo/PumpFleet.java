package io.millrace.deploy.demo;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A simulated fleet. A pure function of seed, pump and time: no state, no clock, so readings may be asked for in
 * any order and from any thread, and the same arguments give the same reading.
 */
public final class PumpFleet {
    /** The fleet that a demonstration shows unless told otherwise. */
    public static final long DEFAULT_SEED = 42;

    public static final int MOST_PUMPS = 100_000;

    private final long seed;
    private final List<Pump> pumps;
    private final FaultSchedule schedule;

    public PumpFleet(int pumps, long seed, FaultSchedule schedule) {
        this(pumps, seed, schedule, 1);
    }

    PumpFleet(int pumps, long seed, FaultSchedule schedule, double variety) {
        if (pumps < 1 || pumps > MOST_PUMPS) {
            throw new IllegalArgumentException("pumps must be between 1 and " + MOST_PUMPS + ", got: " + pumps);
        }
        this.seed = seed;
        this.schedule = schedule;
        this.pumps = IntStream.range(0, pumps)
                .mapToObj(pump -> new Pump(Seeds.random(seed, pump), variety))
                .toList();
    }

    public int size() {
        return pumps.size();
    }

    /** {@code pump-017} for pump 17. */
    public static String deviceId(int pump) {
        return String.format(Locale.ROOT, "pump-%03d", pump);
    }

    /**
     * What a pump reports at a time.
     *
     * @param pump index from 0
     * @param timeMs epoch milliseconds
     */
    public Reading read(int pump, long timeMs) {
        Map<Signal, Double> values = sense(pump, timeMs);
        Fault fault = schedule.at(pump, timeMs);
        if (fault != null) {
            Signal sensor = fault.sensor();
            switch (fault.kind()) {
                case FROZEN_SENSOR ->
                    values.put(
                            sensor, requireNonNull(sense(pump, fault.startMs()).get(sensor)));
                case DEAD_SENSOR -> values.put(sensor, 0.0);
                case SILENT_SENSOR -> values.put(sensor, Double.NaN);
                case CLOSING_VALVE, CAVITATION, IMBALANCE -> {
                    // The machine's own faults are in the physics already.
                }
            }
        }
        return new Reading(deviceId(pump), timeMs, Collections.unmodifiableMap(values));
    }

    /** What working sensors make of the pump's state: noise and rounding. */
    private Map<Signal, Double> sense(int pump, long timeMs) {
        Map<Signal, Double> values = pumps.get(pump).signals(timeMs, at -> wear(schedule.at(pump, at), at));
        double rough = 1 + 5 * wear(schedule.at(pump, timeMs), timeMs).cavitation();
        Random random = Seeds.random(seed, pump, timeMs);
        double noise = pumps.get(pump).noise();
        values.replaceAll((signal, value) -> {
            double scale =
                    switch (signal) {
                        case VIBRATION -> value;
                        case FLOW, PRESSURE, CURRENT -> rough;
                        case SUCTION, SPEED, TEMPERATURE, BEARING -> 1;
                    };
            return signal.round(value + signal.noise() * noise * scale * random.nextGaussian());
        });
        return values;
    }

    private static Pump.Wear wear(@Nullable Fault fault, long timeMs) {
        if (fault == null) {
            return Pump.Wear.NONE;
        }
        double severity = fault.severity(timeMs);
        return switch (fault.kind()) {
            case CLOSING_VALVE -> new Pump.Wear(severity, 0, 0);
            case CAVITATION -> new Pump.Wear(0, severity, 0);
            case IMBALANCE -> new Pump.Wear(0, 0, severity);
            case FROZEN_SENSOR, DEAD_SENSOR, SILENT_SENSOR -> Pump.Wear.NONE;
        };
    }
}
