package io.millrace.topology.decode;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.Month;
import java.time.Year;

/**
 * Reads an instant as ISO 8601 and RFC 3339 write it, {@code 2026-01-01T00:00:00.123Z} or with an offset
 * {@code +01:00}, without allocating. Digits beyond the millisecond are cut off.
 */
final class IsoInstant {
    /** The text has another form. */
    static final long NO_INSTANT = Long.MIN_VALUE;
    /** The form is right, but there is no such date, time of day or offset. */
    static final long IMPOSSIBLE = Long.MIN_VALUE + 1;

    private static final byte[] FORM = "0000-00-00T00:00:00".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OFFSET_FORM = "00:00".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_OFFSET_HOURS = 18; // as java.time.ZoneOffset

    private IsoInstant() {}

    /** Epoch milliseconds, or {@link #NO_INSTANT} or {@link #IMPOSSIBLE} */
    static long parse(byte[] in, int from, int to) {
        if (!hasForm(in, from, to, FORM)) {
            return NO_INSTANT;
        }
        int p = from + FORM.length;
        int millis = 0;
        if (p < to && in[p] == '.') {
            int fraction = ++p;
            for (; p < to && isDigit(in[p]); p++) {
                millis = p < fraction + 3 ? 10 * millis + in[p] - '0' : millis;
            }
            if (p == fraction) {
                return NO_INSTANT;
            }
            for (int digits = p - fraction; digits < 3; digits++) {
                millis *= 10;
            }
        }
        if (p == to - 1 && (in[p] | 0x20) == 'z') {
            return toEpoch(in, from, millis, 0);
        }
        boolean offset = p < to && (in[p] == '+' || in[p] == '-');
        if (!offset || p + 1 + OFFSET_FORM.length != to || !hasForm(in, p + 1, to, OFFSET_FORM)) {
            return NO_INSTANT;
        }
        int hours = two(in, p + 1);
        int minutes = two(in, p + 4);
        if (minutes > 59 || 60 * hours + minutes > 60 * MAX_OFFSET_HOURS) {
            return IMPOSSIBLE;
        }
        return toEpoch(in, from, millis, (in[p] == '-' ? -1 : 1) * (60 * hours + minutes));
    }

    /** Where the form has a zero there must be a digit, elsewhere the same letter, in either case. */
    private static boolean hasForm(byte[] in, int from, int to, byte[] form) {
        if (to - from < form.length) {
            return false;
        }
        for (int i = 0; i < form.length; i++) {
            byte b = in[from + i];
            if (form[i] == '0' ? !isDigit(b) : b != form[i] && !(form[i] == 'T' && b == 't')) {
                return false;
            }
        }
        return true;
    }

    private static long toEpoch(byte[] in, int from, int millis, int offsetMinutes) {
        int year = 100 * two(in, from) + two(in, from + 2);
        int month = two(in, from + 5);
        int day = two(in, from + 8);
        int hour = two(in, from + 11);
        int minute = two(in, from + 14);
        int second = two(in, from + 17);
        if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) {
            return IMPOSSIBLE;
        }
        if (day > Month.of(month).length(Year.isLeap(year))) {
            return IMPOSSIBLE;
        }
        long minutes = 60 * (24 * LocalDate.of(year, month, day).toEpochDay() + hour) + minute - offsetMinutes;
        return 1000 * (60 * minutes + second) + millis;
    }

    private static int two(byte[] in, int p) {
        return 10 * (in[p] - '0') + in[p + 1] - '0';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
