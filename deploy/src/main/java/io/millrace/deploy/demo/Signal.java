package io.millrace.deploy.demo;

import java.util.Locale;

/** What a pump reports, in the order of the model's features. The JSON field is the name in lower case. */
public enum Signal {
    FLOW("m³/h", 1, 0.4),
    SUCTION("bar", 2, 0.01),
    /** At the discharge. */
    PRESSURE("bar", 2, 0.02),
    SPEED("rpm", 0, 2),
    CURRENT("A", 1, 0.15),
    /** Of the casing. */
    TEMPERATURE("°C", 1, 0.2),
    BEARING("°C", 1, 0.2),
    /** Velocity, root mean square; its noise is given at 1 mm/s and grows with it. */
    VIBRATION("mm/s", 2, 0.04);

    private final String field = name().toLowerCase(Locale.ROOT);
    private final String unit;
    private final int decimals;
    private final double steps;
    private final double noise;

    Signal(String unit, int decimals, double noise) {
        this.unit = unit;
        this.decimals = decimals;
        this.steps = Math.pow(10, decimals);
        this.noise = noise;
    }

    /** The field's name in a payload. */
    public String field() {
        return field;
    }

    public String unit() {
        return unit;
    }

    /** One standard deviation of a sound sensor's usual noise, in the unit. */
    double noise() {
        return noise;
    }

    /** Rounds to what the transmitter can tell apart. */
    double round(double value) {
        return Math.round(value * steps) / steps;
    }

    /** The value as a JSON number, or {@code null} for NaN. */
    String json(double value) {
        if (Double.isNaN(value)) {
            return "null";
        }
        return decimals == 0 ? Long.toString((long) value) : Double.toString(value);
    }
}
