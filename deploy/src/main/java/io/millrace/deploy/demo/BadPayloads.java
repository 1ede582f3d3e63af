package io.millrace.deploy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Random;

/**
 * Breaks a small share of payloads, so that a demonstration has dead letters to show. A pure function of seed,
 * pump and time, like the fleet; each broken payload is one that no decoder can accept.
 */
public final class BadPayloads {
    /** One payload in so many is broken. */
    public static final int ONE_IN = 500;

    private static final long SALT = 0xBADL;

    private final long seed;

    public BadPayloads(long seed) {
        this.seed = seed;
    }

    /** Whether the payload of this pump at this time is a broken one. */
    public boolean breaks(int pump, long timeMs) {
        return Seeds.random(seed, SALT, pump, timeMs).nextInt(ONE_IN) == 0;
    }

    /** The payload as sent: the reading's JSON, or a broken form of it where {@link #breaks} says so. */
    public byte[] payload(int pump, Reading reading) {
        byte[] sound = reading.toJson();
        if (!breaks(pump, reading.timeMs())) {
            return sound;
        }
        Random random = Seeds.random(seed, SALT, pump, reading.timeMs());
        random.nextInt(ONE_IN);
        return switch (random.nextInt(3)) {
            case 0 -> Arrays.copyOf(sound, sound.length / 2);
            case 1 ->
                new String(sound, UTF_8)
                        .replace("\"flow\":", "\"flow\":\"n/a\",\"was\":")
                        .getBytes(UTF_8);
            default -> "gateway restarted\n".getBytes(UTF_8);
        };
    }
}
