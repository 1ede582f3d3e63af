package io.millrace.topology.config;

/** A number within bounds, both included. */
record DoubleRange(double min, double max) implements Rule<Double> {
    @Override
    public Double read(String text) {
        double value = Rules.NUMBER.read(text);
        if (!(value >= min && value <= max)) {
            throw new Violation(rule());
        }
        return value;
    }

    /** For records, which can also be made without a file. */
    void check(String key, double value) {
        if (!(value >= min && value <= max)) {
            throw new Violation(rule() + ", got: " + value, key);
        }
    }

    private String rule() {
        return "must be between " + min + " and " + max;
    }
}
