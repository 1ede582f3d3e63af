package io.millrace.loadtest.generate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Telemetry as compact JSON, {@code {"seq":1000000000,"ts":1764000000000,"f0":0.123,…}}: a number that grows by one
 * per device, the intended send time in epoch milliseconds, and numbers in [0, 1), laid out as asked for. A {@code pad}
 * string fills it up to the size asked for. Every field has a fixed width and is patched in place, so that a record costs the generator no
 * allocation and about 100 ns; sequence numbers start at 10^9 for that reason.
 *
 * <p>Not thread-safe: one per sending thread. A returned array is overwritten by the next call.
 */
final class JsonPayload {

    static final int FIRST_SEQUENCE = 1_000_000_000;

    private static final String SEQUENCE = "{\"seq\":";
    private static final String TIME = ",\"ts\":";
    private static final int TIME_DIGITS = 13;
    private static final int VALUE_DIGITS = 3;
    private static final String ZERO = "0.000";
    /** "000" to "999", so that three digits are one copy. */
    private static final byte[] THOUSANDS = thousands();

    private final byte[] bytes;
    private final int firstName;
    private final int[] valueAt;
    private final long seed;

    /**
     * @param features how many of {@code f0}, {@code f1}, …
     * @param size bytes of a record; at most the payload's own size means no padding
     */
    JsonPayload(Layout layout, int features, int size, long seed) {
        if (features < 1 || features > 100_000) {
            throw new IllegalArgumentException("payload.features must be between 1 and 100000, got: " + features);
        }
        StringBuilder json = new StringBuilder(SEQUENCE + FIRST_SEQUENCE + TIME + "0".repeat(TIME_DIGITS) + ',');
        firstName = json.length();
        json.append(layout.members(features, ZERO));
        valueAt = new int[features];
        for (int i = 0, at = firstName; i < features; i++) {
            at = json.indexOf(ZERO, at) + ZERO.length();
            valueAt[i] = at - VALUE_DIGITS;
        }
        String padding = ",\"pad\":\"\"";
        int room = size - json.length() - 1 - padding.length();
        if (room >= 0) {
            json.append(",\"pad\":\"").append("x".repeat(room)).append('"');
        }
        this.bytes = json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
        this.seed = seed;
    }

    byte[] render(long n, int sequence, long epochMillis) {
        putDigits(SEQUENCE.length(), 10, FIRST_SEQUENCE + sequence);
        putDigits(SEQUENCE.length() + 10 + TIME.length(), TIME_DIGITS, epochMillis);
        long bits = Mix.of(seed, n);
        for (int i = 0; i < valueAt.length; i++) {
            if (i % 6 == 0) { // 64 random bits are enough for six values of 10 bits
                bits = Mix.of(bits, i);
            }
            int thousandth = (int) (((bits & 1023) * 1000) >>> 10);
            System.arraycopy(THOUSANDS, thousandth * VALUE_DIGITS, bytes, valueAt[i], VALUE_DIGITS);
            bits >>>= 10;
        }
        return bytes;
    }

    /** The same record, spoilt in one of four ways in turn: cut short, no JSON, a feature missing, of another type. */
    byte[] malformed(long n, int sequence, long epochMillis) {
        byte[] copy = render(n, sequence, epochMillis).clone();
        int value = valueAt[0];
        return switch ((int) (n & 3)) {
            case 0 -> Arrays.copyOf(copy, copy.length / 2);
            case 1 -> with(copy, 0, "?");
            case 2 -> with(copy, firstName + 1, "g");
            default -> with(copy, value - "0.".length(), "\"abc\"");
        };
    }

    private static byte[] with(byte[] bytes, int at, String text) {
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, bytes, at, text.length());
        return bytes;
    }

    private void putDigits(int at, int digits, long number) {
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static byte[] thousands() {
        StringBuilder all = new StringBuilder(3000);
        for (int i = 0; i < 1000; i++) {
            all.append(i < 10 ? "00" : i < 100 ? "0" : "").append(i);
        }
        return all.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
