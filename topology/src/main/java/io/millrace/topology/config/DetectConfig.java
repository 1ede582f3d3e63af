package io.millrace.topology.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A detector: makes a score of its own from scores or fields that nobody has calibrated, by what is usual for each
 * device; an element of {@code detect} in the file.
 *
 * @param name the score's name, unique among all scores
 * @param on what it watches: a score's name or a field's JSON pointer; for a combination, the names of two detectors
 *     or more that stand before it
 * @param method how it judges
 * @param gate how rare a value must be to be told
 * @param refractory for how many of the device's next events it is silent after it has told one
 * @param budget how often it may tell one; empty: as often as the gate lets it
 */
public record DetectConfig(
        String name, List<String> on, Method method, Gate gate, int refractory, Optional<Budget> budget) {
    static final IntRange REFRACTORY = new IntRange(0, 1_000_000);

    /** Behind a detector's name: by how much its gate is narrower than configured, to keep its budget. */
    public static final String STRICTNESS = ".strictness";

    /** Events after an alarm in which another would only repeat it. */
    public static final int USUAL_REFRACTORY = 60;

    /** How a detector judges. */
    public sealed interface Method {
        /** Distance to all values and moving means seen before: for signals of which nothing is known. */
        record Rarity() implements Method {}

        /** Distance of the last values' shape to those before. */
        record Pattern(int lags) implements Method {
            static final IntRange LAGS = new IntRange(2, 64);

            public Pattern {
                LAGS.check("lags", lags);
            }
        }

        /** Rank of a score among the device's own. */
        record Rank() implements Method {}

        /** Deviations from the median of the last values. */
        record RobustZ(int over) implements Method {
            static final IntRange OVER = new IntRange(8, 512);

            public RobustZ {
                OVER.check("over", over);
            }
        }

        /** A tail of large values by extreme value theory, above the mean of so many values before; 0: as they are. */
        record Spot(int depth) implements Method {
            static final IntRange DEPTH = new IntRange(0, 512);

            public Spot {
                DEPTH.check("depth", depth);
            }
        }

        /** Cumulative sums, for slow drift. */
        record Cusum(double slack) implements Method {
            public Cusum {
                if (!(slack > 0 && slack <= 4)) {
                    throw new Violation("must be above 0 and at most 4 standard deviations, got: " + slack, "slack");
                }
            }
        }

        /**
         * Amazon's random cut forest with its own threshold, the detector that many know; its library is optional.
         *
         * @param shingle how many values in a row are one point
         */
        record Forest(int trees, int samples, int shingle) implements Method {
            static final IntRange TREES = new IntRange(10, 200);
            static final IntRange SAMPLES = new IntRange(32, 1024);
            static final IntRange SHINGLE = new IntRange(1, 64);

            public Forest {
                TREES.check("trees", trees);
                SAMPLES.check("samples", samples);
                SHINGLE.check("shingle", shingle);
            }
        }

        /** The rarest of several detectors' answers. */
        record Least() implements Method {}

        /** The sum of several independent detectors' evidence. */
        record Fisher() implements Method {}

        /** Whether it judges other detectors' answers. */
        default boolean combines() {
            return this instanceof Least || this instanceof Fisher;
        }
    }

    /**
     * How rare a value must be.
     *
     * @param oneIn told are values whose like comes at most once in so many; 1: all
     */
    public record Gate(int oneIn) {
        /** What ships. */
        public static final Gate USUAL = new Gate(300);

        static final Rule<Gate> RULE = text -> {
            Matcher parts = Pattern.compile("1 in (\\d{1,9})").matcher(text);
            if (text.equals("none")) {
                return new Gate(1);
            }
            if (!parts.matches()) {
                throw new Violation("must be 1 in N, such as 1 in 300, or none");
            }
            return new Gate(Integer.parseInt(parts.group(1)));
        };

        public Gate {
            if (oneIn < 1) {
                throw new Violation("must be 1 in N with N of 1 or more, got: 1 in " + oneIn);
            }
        }
    }

    /**
     * How many alarms a fleet may bring.
     *
     * @param alarms so many
     * @param per in that time
     * @param devices for so many devices
     */
    public record Budget(double alarms, Duration per, int devices) {
        static final Rule<Budget> RULE = text -> {
            Matcher parts = Pattern.compile("(\\d+(?:\\.\\d+)?) per (hour|day|week)(?: per (\\d{1,9}) devices)?")
                    .matcher(text);
            if (!parts.matches()) {
                throw new Violation(
                        "must be N per hour, day or week per M devices, such as 5 per day per 1000 devices");
            }
            Duration per =
                    switch (parts.group(2)) {
                        case "hour" -> Duration.ofHours(1);
                        case "day" -> Duration.ofDays(1);
                        default -> Duration.ofDays(7);
                    };
            int devices = parts.group(3) == null ? 1 : Integer.parseInt(parts.group(3));
            return new Budget(Double.parseDouble(parts.group(1)), per, devices);
        };

        public Budget {
            if (!(alarms > 0) || devices < 1 || per.isNegative() || per.isZero()) {
                throw new Violation("must be above 0 alarms for 1 device or more, got: " + alarms + " for " + devices);
            }
        }

        /** Alarms that a device may bring in a millisecond. */
        public double perDeviceMs() {
            return alarms / devices / per.toMillis();
        }
    }

    /** One as it ships: rarity, told once in 300, then silent for 60 events. */
    public static DetectConfig usual(String name, String on) {
        return new DetectConfig(name, List.of(on), new Method.Rarity(), Gate.USUAL, USUAL_REFRACTORY, Optional.empty());
    }

    public DetectConfig {
        Rules.NAME.check("name", name);
        on = List.copyOf(on);
        if (method.combines() ? on.size() < 2 : on.size() != 1) {
            throw new Violation(
                    method.combines()
                            ? "must name two detectors or more, got: " + on.size()
                            : "must name one score or field, got: " + on.size(),
                    method.combines() ? "of" : "on");
        }
        REFRACTORY.check("refractory", refractory);
    }

    /** The names of the scores that it makes: its own and, where it has a budget, how strict it has become. */
    public List<String> scores() {
        return budget.isPresent() ? List.of(name, name + STRICTNESS) : List.of(name);
    }

    /** Whether it watches a field of the payload, not a score. */
    public boolean onField() {
        return !method.combines() && on.get(0).startsWith("/");
    }
}
