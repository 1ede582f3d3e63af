package io.millrace.loadtest.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.topology.ingest.RawEvent;
import java.util.Random;

/**
 * Records to go round in. There are so many that no branch predictor learns them: models of trees look three times
 * as fast on the same few rows.
 */
final class Telemetry {
    static final int RECORDS = 1 << 16;
    static final int FEATURES = 16;
    static final int DEVICES = 1 << 10;

    private final RawEvent[] records = new RawEvent[RECORDS];
    private int next;

    /** Each of about 200 bytes: a time and 16 numbers of three decimals. */
    Telemetry() {
        Random random = new Random(1);
        for (int i = 0; i < RECORDS; i++) {
            long timeMs = 1_764_000_000_000L + i;
            StringBuilder json = new StringBuilder("{\"seq\":1000000000,\"ts\":").append(timeMs);
            for (int f = 0; f < FEATURES; f++) {
                json.append(",\"f").append(f).append("\":").append(random.nextInt(1000) / 1000.0);
            }
            byte[] key = ("device-" + i % DEVICES).getBytes(US_ASCII);
            records[i] = new RawEvent(
                    "telemetry", 0, i, timeMs, key, json.append('}').toString().getBytes(US_ASCII));
        }
    }

    RawEvent next() {
        return records[next++ & (RECORDS - 1)];
    }

    RawEvent at(int index) {
        return records[index & (RECORDS - 1)];
    }
}
