package io.millrace.loadtest.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the devices say: every event follows from its device and its number, so that whoever sees one knows whether
 * it is right.
 *
 * <p>Readings are multiples of 1/64 between -128 and 128: a 32-bit float holds them, and a model's sums of a few
 * of them, without rounding. Event time grows by about a second an event; one event in 97 is late, that is, older
 * than the device's one before.
 */
final class Fleet {
    private static final long FIRST_TIME = 1_700_000_000_000L;
    private static final long STEP_MS = 1_000;
    private static final int JITTER_MS = 700;
    private static final int LATE_BY_MS = 5_000;
    private static final int ONE_LATE_IN = 97;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Fleet() {}

    /** One event of a device, numbered from 0. */
    record Reading(long seq, double x, double y, long timeMs) {}

    static String device(int number) {
        return String.format(java.util.Locale.ROOT, "d-%04d", number);
    }

    static Reading reading(String device, long seq) {
        long hash = mix(device.hashCode() * 0x9E3779B97F4A7C15L + seq);
        long time = FIRST_TIME + seq * STEP_MS + (hash >>> 40) % JITTER_MS;
        if (Math.floorMod(hash, ONE_LATE_IN) == 0) {
            time -= LATE_BY_MS;
        }
        return new Reading(seq, value(hash), value(hash >>> 16), time);
    }

    private static double value(long bits) {
        return ((bits & 0x3FFF) - 0x2000) / 64.0;
    }

    private static long mix(long bits) { // the finaliser of SplitMix64
        long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    static byte[] payload(Reading reading) {
        return ("{\"seq\":" + reading.seq() + ",\"x\":" + reading.x() + ",\"y\":" + reading.y() + ",\"ts\":"
                        + reading.timeMs() + "}")
                .getBytes(UTF_8);
    }

    /** A payload that breaks off in the middle. */
    static byte[] malformed(long number) {
        return ("{\"broken\":" + number + ",\"x\":").getBytes(UTF_8);
    }

    /** The event that a payload holds; {@code null} if it is a malformed one. */
    static @Nullable Reading parse(byte[] payload) {
        JsonNode node;
        try {
            node = JSON.readTree(payload);
        } catch (IOException e) {
            return null;
        }
        return new Reading(
                node.path("seq").asLong(-1),
                node.path("x").asDouble(),
                node.path("y").asDouble(),
                node.path("ts").asLong());
    }
}
