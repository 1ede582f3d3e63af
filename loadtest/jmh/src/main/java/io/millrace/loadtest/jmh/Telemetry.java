package io.millrace.loadtest.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.loadtest.pipeline.Model;
import io.millrace.topology.ingest.RawEvent;
import java.util.Random;

/**
 * Records to go round in. There are so many that no branch predictor learns them: models of trees look three times
 * as fast on the same few rows.
 */
final class Telemetry {
    static final int FEATURES = 16;
    static final int DEVICES = 1 << 10;

    /** A power of two. */
    static final int RECORDS = 1 << 16;

    private final RawEvent[] records;
    private int next;

    /** Each of about 200 bytes: a time and 16 numbers of up to three decimals. */
    Telemetry() {
        this(Model.MLP16);
    }

    /** What the load test's model is fed with: in all as many numbers, whatever a record holds. */
    Telemetry(Model model) {
        records = new RawEvent[Integer.highestOneBit(RECORDS * FEATURES / model.features())];
        Random random = new Random(1);
        for (int i = 0; i < records.length; i++) {
            long timeMs = 1_764_000_000_000L + i;
            String[] members = model.layout().members(model.features(), "?").split("\\?", -1);
            StringBuilder json = new StringBuilder("{\"seq\":1000000000,\"ts\":" + timeMs + "," + members[0]);
            for (int f = 1; f < members.length; f++) {
                json.append(random.nextInt(1000) / 1000.0).append(members[f]);
            }
            byte[] key = ("device-" + i % DEVICES).getBytes(US_ASCII);
            records[i] = new RawEvent(
                    "telemetry", 0, i, timeMs, key, json.append('}').toString().getBytes(US_ASCII));
        }
    }

    RawEvent next() {
        return at(next++);
    }

    RawEvent at(int index) {
        return records[index & (records.length - 1)];
    }
}
