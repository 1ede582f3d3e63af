package io.millrace.loadtest.generate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Telemetry as compact JSON, {@code {"seq":1000000000,"ts":1764000000000,"f0":0.123,…}}: a number that grows by one
 * per device, the intended send time in epoch milliseconds, and numbers in [0, 1), laid out as asked for. A {@code pad}
 * string fills it up to the size asked for. Every field has a fixed width and is patched in place, so that a record costs
 * the generator no allocation and about 100 ns; sequence numbers start at 10^9 for that reason. A named record holds its
 * device too, {@code "device":"device-00000042"} after the time.
 *
 * <p>Not thread-safe: one per sending thread. A returned array is overwritten by the next call.
 */
final class JsonPayload {

    static final int FIRST_SEQUENCE = 1_000_000_000;

    private static final String SEQUENCE = "{\"seq\":";
    private static final String TIME = ",\"ts\":";
    private static final int TIME_DIGITS = 13;
    private static final String DEVICE = ",\"device\":\"";
    private static final int SEQUENCE_AT = SEQUENCE.length();
    private static final int TIME_AT = SEQUENCE_AT + 10 + TIME.length();
    private static final int DEVICE_AT = TIME_AT + TIME_DIGITS + DEVICE.length();
    private static final int VALUE_DIGITS = 3;
    private static final String ZERO = "0.000";
    /** "000" to "999", so that three digits are one copy. */
    private static final byte[] THOUSANDS = thousands();

    private final byte[] bytes;
    private final int firstName;
    private final int[] valueAt;
    private final long seed;
    private final boolean named;

    /**
     * @param features how many of {@code f0}, {@code f1}, …
     * @param size bytes of a record; at most the payload's own size means no padding
     * @param named whether a record holds its device's name
     */
    JsonPayload(Layout layout, int features, int size, long seed, boolean named) {
        if (features < 1 || features > 100_000) {
            throw new IllegalArgumentException("payload.features must be between 1 and 100000, got: " + features);
        }
        StringBuilder json = new StringBuilder(SEQUENCE + FIRST_SEQUENCE + TIME + "0".repeat(TIME_DIGITS));
        json.append(named ? DEVICE + "0".repeat(Fleet.KEY_BYTES) + '"' : "").append(',');
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
        this.named = named;
    }

    byte[] render(long n, byte[] device, int sequence, long epochMillis) {
        putDigits(SEQUENCE_AT, 10, FIRST_SEQUENCE + sequence);
        putDigits(TIME_AT, TIME_DIGITS, epochMillis);
        if (named) {
            System.arraycopy(device, 0, bytes, DEVICE_AT, Fleet.KEY_BYTES);
        }
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
    byte[] malformed(long n, byte[] device, int sequence, long epochMillis) {
        byte[] copy = render(n, device, sequence, epochMillis).clone();
        int value = valueAt[0];
        return switch ((int) (n & 3)) {
            case 0 -> Arrays.copyOf(copy, Math.max(firstName, copy.length / 2));
            case 1 -> with(copy, 0, "?");
            case 2 -> with(copy, firstName + 1, "g");
            default -> with(copy, value - "0.".length(), "\"abc\"");
        };
    }

    /** The device of a named record, in the fleet's numbers, well-formed or not; -1 if it is none of a generated fleet's. */
    static int deviceIn(byte[] record) {
        int end = DEVICE_AT + Fleet.KEY_BYTES;
        return record.length < end ? -1 : Fleet.indexOf(Arrays.copyOfRange(record, DEVICE_AT, end));
    }

    /** The number of a record among its device's, from 0, well-formed or not; negative if it holds none. */
    static int sequenceIn(byte[] record) {
        long number = 0;
        for (int i = SEQUENCE_AT; i < SEQUENCE_AT + 10; i++) {
            int digit = i < record.length ? record[i] - '0' : -1;
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, number - FIRST_SEQUENCE));
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
