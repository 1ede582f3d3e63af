package io.millrace.deploy.demo;

import static io.millrace.deploy.demo.Seeds.around;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;

/**
 * A centrifugal pump on a variable-speed drive, as a pure function of time.
 *
 * <p>Head falls with the square of the flow and scales with speed by the affinity laws; the system needs a static
 * head and one that grows with the square of the flow; the pump runs where the two meet. Shaft power follows from
 * flow, head and efficiency, motor current from power, heat from the losses, with a first-order lag. See Gülich,
 * <i>Centrifugal Pumps</i>, chapters 2.4, 4.1 and 11.
 *
 * <p>All pumps are of one type. Each has its own impeller trim, system, suction level, wear and rhythm. Time runs
 * 144 times as fast as in a plant: a day lasts ten minutes, and the lags of heat are shortened alike.
 */
final class Pump {
    static final long DAY_MS = 600_000;

    private static final double RATED_FLOW = 90; // m³/h
    private static final double RATED_SPEED = 2900; // rpm
    private static final double SHUTOFF_HEAD = 42; // m
    private static final double HEAD_LOST_AT_RATED_FLOW = 8.4; // m
    private static final double BAR_PER_METRE = 0.0981;
    private static final long[] WANDER_PERIODS_MS = {13_000, 29_000, 53_000};
    private static final double[] WANDER = {0.02, 0.02, 0.015};
    private static final int LAG_NODES = 12;

    /** How strongly each fault of the machine acts, from 0 to 1. */
    record Wear(double closing, double cavitation, double imbalance) {
        static final Wear NONE = new Wear(0, 0, 0);
    }

    private record Point(double speed, double flow, double head, double power, double loss, double offDesign) {}

    private final double trim;
    private final double staticHead;
    private final double resistance;
    private final double efficiency;
    private final double suctionLevel;
    private final double fluid;
    private final double roughness;
    private final double restingSpeed;
    private final double dailySwing;
    private final double noise;
    private final double phase;
    private final double[] wander = new double[WANDER_PERIODS_MS.length];

    /**
     * Draws a pump.
     *
     * @param variety how far pumps differ; 1 in a demonstration, more in the rows the model is trained on
     */
    Pump(Random random, double variety) {
        trim = around(random, 1, 0.03 * variety);
        staticHead = around(random, 14, 1.2 * variety);
        double designFlow = RATED_FLOW * around(random, 1, 0.05 * variety);
        double designHead = SHUTOFF_HEAD - lostHead(designFlow);
        resistance = (designHead - staticHead) / (designFlow * designFlow);
        efficiency = around(random, 0.78, 0.01 * variety);
        suctionLevel = around(random, 1.7, 0.3 * variety);
        fluid = around(random, 23, 5 * variety);
        roughness = around(random, 1.4, 0.2 * variety);
        restingSpeed = around(random, 0.90, 0.01 * variety);
        dailySwing = around(random, 0.04, 0.01 * variety);
        noise = around(random, 1, 0.25 * variety);
        phase = random.nextDouble();
        for (int i = 0; i < wander.length; i++) {
            wander[i] = random.nextDouble();
        }
    }

    /** How noisy its sensors are, as a multiple of what is usual. */
    double noise() {
        return noise;
    }

    /** What a perfect sensor of each signal would read. */
    Map<Signal, Double> signals(long timeMs, LongFunction<Wear> wearAt) {
        Wear wear = wearAt.apply(timeMs);
        Point point = point(timeMs, wear);
        double room = fluid(timeMs);
        double suction = suctionLevel - 0.3 * square(point.flow / RATED_FLOW) - 0.9 * wear.cavitation;
        double vibration = roughness * (0.5 + 0.5 * square(point.speed)) * (1 + 3 * point.offDesign)
                + 3 * wear.cavitation
                + 4 * wear.imbalance * square(point.speed);
        Map<Signal, Double> signals = new EnumMap<>(Signal.class);
        signals.put(Signal.FLOW, point.flow);
        signals.put(Signal.SUCTION, suction);
        signals.put(Signal.PRESSURE, suction + point.head * BAR_PER_METRE);
        signals.put(Signal.SPEED, point.speed * RATED_SPEED);
        signals.put(Signal.CURRENT, current(point.power));
        signals.put(Signal.TEMPERATURE, room + lagged(timeMs, 3_000, at -> casingHeat(at, wearAt)));
        signals.put(Signal.BEARING, room + lagged(timeMs, 4_000, at -> bearingHeat(at, wearAt)));
        signals.put(Signal.VIBRATION, vibration);
        return signals;
    }

    /** Where the pump's curve meets the system's. Speed as a share of the rated one, power in kW. */
    private Point point(long timeMs, Wear wear) {
        double speed = speed(timeMs);
        double shutoff = SHUTOFF_HEAD * square(trim * speed) * (1 - 0.15 * wear.cavitation);
        double throttled = resistance / square(1 - 0.67 * wear.closing);
        double flow = Math.sqrt((shutoff - staticHead) / (lostHead(1) + throttled));
        double head = shutoff - lostHead(flow);
        double offDesign = square(flow / (RATED_FLOW * trim * speed) - 1);
        double efficient = efficiency * (1 - 0.8 * offDesign) * (1 - 0.15 * wear.cavitation);
        double power = 9.81 * flow / 3600 * head / efficient;
        return new Point(speed, flow, head, power, power * (1 - efficient), offDesign);
    }

    /** The drive follows demand: a daily rhythm and a slow wander. */
    private double speed(long timeMs) {
        double demand = restingSpeed + dailySwing * wave(timeMs, DAY_MS, phase);
        for (int i = 0; i < wander.length; i++) {
            demand += WANDER[i] * wave(timeMs, WANDER_PERIODS_MS[i], wander[i]);
        }
        return demand;
    }

    private double fluid(long timeMs) {
        return fluid + 2 * wave(timeMs, DAY_MS, phase + 0.2);
    }

    private double casingHeat(long timeMs, LongFunction<Wear> wearAt) {
        Point point = point(timeMs, wearAt.apply(timeMs));
        return 180 * point.loss / point.flow;
    }

    private double bearingHeat(long timeMs, LongFunction<Wear> wearAt) {
        Wear wear = wearAt.apply(timeMs);
        Point point = point(timeMs, wear);
        return 12 * point.speed + 0.7 * point.power + 9 * wear.imbalance;
    }

    /** A first-order lag: the mean of the past under an exponential weight, at nodes of equal weight. */
    private static double lagged(long timeMs, long constantMs, LongFunction<Double> driver) {
        double sum = 0;
        for (int node = 0; node < LAG_NODES; node++) {
            double age = -constantMs * Math.log(1 - (node + 0.5) / LAG_NODES);
            sum += driver.apply(timeMs - (long) age);
        }
        return sum / LAG_NODES;
    }

    /** In A at 400 V: the motor's active current (efficiency 0.9) and a magnetising current of 9 A. */
    private static double current(double powerKw) {
        return Math.hypot(powerKw / (Math.sqrt(3) * 0.4 * 0.9), 9);
    }

    private static double lostHead(double flow) {
        return HEAD_LOST_AT_RATED_FLOW * square(flow / RATED_FLOW);
    }

    private static double wave(long timeMs, long periodMs, double phase) {
        return Math.sin(2 * Math.PI * (timeMs % periodMs / (double) periodMs + phase));
    }

    private static double square(double x) {
        return x * x;
    }
}
