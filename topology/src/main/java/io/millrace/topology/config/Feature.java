package io.millrace.topology.config;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** One value of a model's input row, and what it is made from. */
public sealed interface Feature {
    /** Whether it depends on the device's earlier events. */
    boolean needsPast();

    /** A feature that is made from one field of the payload. */
    sealed interface OfField extends Feature {
        /** JSON pointer of the field. */
        String field();

        /** How many of the field's earlier values it needs, beside the one of now. */
        int history();

        @Override
        default boolean needsPast() {
            return history() > 0;
        }
    }

    /** The field's value now. */
    record Now(String field) implements OfField {
        public Now {
            Rules.POINTER.check("field", field);
        }

        @Override
        public int history() {
            return 0;
        }
    }

    /**
     * The field's word as its index in a vocabulary, from 0.
     *
     * @param unknown what any other word counts as; empty: a record with one becomes a dead letter
     */
    record Word(String field, List<String> vocabulary, OptionalInt unknown) implements OfField {
        static final IntRange UNKNOWN = new IntRange(-1_000_000, 1_000_000);

        public Word {
            Rules.POINTER.check("field", field);
            vocabulary = List.copyOf(vocabulary);
            if (vocabulary.isEmpty()) {
                throw new Violation("must have at least one word", "vocabulary");
            }
            Set<String> words = new HashSet<>();
            for (String word : vocabulary) {
                if (!words.add(word)) {
                    throw new Violation("must have every word once, got twice: " + word, "vocabulary");
                }
            }
            unknown.ifPresent(value -> UNKNOWN.check("unknown", value));
        }

        @Override
        public int history() {
            return 0;
        }
    }

    /**
     * The same in every row; for what a model takes once a call.
     *
     * @param value a number, or text where the model takes text
     */
    record Constant(String value) implements Feature {
        @Override
        public boolean needsPast() {
            return false;
        }

        /** As a number, if it is one. */
        public OptionalDouble number() {
            try {
                return OptionalDouble.of(
                        value.equals("true") ? 1 : value.equals("false") ? 0 : Rules.NUMBER.read(value));
            } catch (Violation e) {
                return OptionalDouble.empty();
            }
        }
    }

    /** The field's value {@code events} events ago. */
    record Lag(String field, int events) implements OfField {
        public Lag {
            Rules.POINTER.check("field", field);
            Rules.EVENTS.check("lag", events);
        }

        @Override
        public int history() {
            return events;
        }
    }

    /** The field's value now minus its value {@code events} events ago. */
    record Delta(String field, int events) implements OfField {
        public Delta {
            Rules.POINTER.check("field", field);
            Rules.EVENTS.check("delta", events);
        }

        @Override
        public int history() {
            return events;
        }
    }

    /** A statistic over the field's last {@code over} values, the one of now included. */
    record Rolling(String field, Statistic statistic, int over) implements OfField {
        public Rolling {
            Rules.POINTER.check("field", field);
            Rules.EVENTS.check("over", over);
        }

        @Override
        public int history() {
            return over - 1;
        }
    }

    /** Time since the device's last event. */
    record SinceLast(Unit unit) implements Feature {
        @Override
        public boolean needsPast() {
            return true;
        }
    }

    /** What is rolled over a field's last values. */
    enum Statistic {
        MEAN,
        /** Standard deviation. */
        STD,
        MIN,
        MAX,
        /** Least-squares slope per event. */
        SLOPE,
        /** Root of the mean of the squares. */
        RMS
    }

    /** The unit of a time. */
    enum Unit {
        SECONDS
    }
}
