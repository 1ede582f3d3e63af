package io.millrace.topology.decode;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Random JSON objects: often with the names a test wants, in nearly every notation that the grammar allows. */
final class RandomJson {
    private static final String[] NAMES = {
        "a",
        "b",
        "motor",
        "current",
        "deep",
        "x",
        "vib",
        "sensor_01",
        "sensor_02",
        "sensor_03",
        "a_rather_long_name",
        ""
    };
    private static final String[] NUMBERS = {
        "0", "-0", "1e5", "1E-5", "-12.50", "1e999", "-1e400", "1e-400", "0.1", "123456789012345678901234567890", "5e+3"
    };
    private static final String[] SPACES = {" ", "\n", "\t", "\r\n  "};
    private static final String[] ESCAPES = {
        "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0041", "\\u00e9", "\\uD83D\\ude00", "\\udead"
    };
    private static final String[] CHARACTERS = {"x", "0", " ", "é", "€", "😀", "\u007f", "/", "'", "{", "]", ","};

    private final SplittableRandom random;
    private final StringBuilder out = new StringBuilder();
    private boolean spaced;

    RandomJson(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] document() {
        out.setLength(0);
        spaced = random.nextInt(3) == 0;
        space();
        if (random.nextInt(3) == 0) {
            object(4);
        } else {
            complete();
        }
        space();
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** With all that the test wants, mostly as numbers, and something unwanted here and there. */
    private void complete() {
        open('{');
        field("a", false);
        unwanted();
        field("b", true);
        name("motor");
        open('{');
        field("current", false);
        unwanted();
        name("deep");
        open('{');
        field("x", false);
        close('}');
        close('}');
        comma();
        name("vib");
        open('[');
        for (int i = random.nextInt(3); i >= -3; i--) {
            number();
            comma();
        }
        value(2);
        close(']');
        comma();
        field(random.nextInt(4) == 0 ? "sensor_02" : "sensor_01", false);
        unwanted();
        field("sensor_02", false);
        close('}');
    }

    private void unwanted() {
        comma();
        for (int i = random.nextInt(3); i > 0; i--) {
            name(NAMES[random.nextInt(6) == 0 ? random.nextInt(NAMES.length) : 10]);
            value(3);
            comma();
        }
    }

    private void field(String name, boolean comma) {
        name(name);
        switch (random.nextInt(12)) {
            case 0 -> value(2);
            case 1 -> out.append(random.nextBoolean() ? "true" : "null");
            default -> number();
        }
        if (comma) {
            comma();
        }
    }

    private void value(int depth) {
        switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0, 1 -> number();
            case 2, 3 -> string();
            case 4 -> out.append(random.nextBoolean() ? "true" : "false");
            case 5 -> out.append("null");
            case 6 -> object(depth - 1);
            default -> array(depth - 1);
        }
    }

    private void object(int depth) {
        open('{');
        for (int i = random.nextInt(6); i > 0; i--) {
            name(NAMES[random.nextInt(NAMES.length)]);
            value(depth);
            if (i > 1) {
                comma();
            }
        }
        close('}');
    }

    private void array(int depth) {
        open('[');
        for (int i = random.nextInt(5); i > 0; i--) {
            value(depth);
            if (i > 1) {
                comma();
            }
        }
        close(']');
    }

    private void name(String name) {
        out.append('"');
        for (int i = 0; i < name.length(); i++) {
            if (random.nextInt(40) == 0) {
                out.append(String.format("\\u%04x", (int) name.charAt(i)));
            } else {
                out.append(name.charAt(i));
            }
        }
        out.append('"');
        space();
        out.append(':');
        space();
    }

    private void string() {
        out.append('"');
        for (int i = random.nextInt(random.nextInt(4) == 0 ? 40 : 8); i > 0; i--) {
            out.append(
                    random.nextInt(6) == 0
                            ? ESCAPES[random.nextInt(ESCAPES.length)]
                            : CHARACTERS[random.nextInt(3) == 0 ? random.nextInt(CHARACTERS.length) : 0]);
        }
        out.append('"');
    }

    private void number() {
        switch (random.nextInt(8)) {
            case 0 -> out.append(NUMBERS[random.nextInt(20) == 0 ? random.nextInt(NUMBERS.length) : 0]);
            case 1 -> out.append(random.nextLong());
            case 2 -> out.append(random.nextInt(-1000, 1000));
            case 3 -> out.append(Double.toString(random.nextDouble() * Math.pow(10, random.nextInt(-12, 20))));
            case 4 -> out.append(random.nextInt(100)).append('.').append(random.nextLong(1L << 62));
            default -> out.append((float) random.nextDouble(-100, 100));
        }
    }

    private void open(char bracket) {
        out.append(bracket);
        space();
    }

    private void close(char bracket) {
        space();
        out.append(bracket);
    }

    private void comma() {
        space();
        out.append(',');
        space();
    }

    private void space() {
        if (spaced && random.nextInt(3) == 0) {
            out.append(SPACES[random.nextInt(SPACES.length)]);
        }
    }
}
