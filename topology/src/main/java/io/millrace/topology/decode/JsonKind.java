package io.millrace.topology.decode;

/** What was found where a value was wanted. Bytes rather than an enum: they live in tables and per-record arrays. */
final class JsonKind {
    static final byte ABSENT = 0;
    static final byte NUMBER = 1;
    static final byte STRING = 2;
    static final byte TRUE = 3;
    static final byte FALSE = 4;
    static final byte NULL = 5;
    static final byte OBJECT = 6;
    static final byte ARRAY = 7;

    private static final String[] NAMES = {
        "nothing", "a number", "a string", "a boolean", "a boolean", "null", "an object", "an array"
    };

    private JsonKind() {}

    static String nameOf(byte kind) {
        return NAMES[kind];
    }
}
