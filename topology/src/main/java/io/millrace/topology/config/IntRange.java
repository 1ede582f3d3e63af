package io.millrace.topology.config;

/** The rule that a whole number lies between two bounds, both included. */
record IntRange(int min, int max) implements Rule<Integer> {
    @Override
    public Integer read(String text) {
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The rule below says it for every text that is no such number.
        }
        throw new Violation(must());
    }

    void check(String key, int value) {
        if (value < min || value > max) {
            throw new Violation(must() + ", got: " + value, key);
        }
    }

    private String must() {
        return "must be between " + min + " and " + max;
    }
}
