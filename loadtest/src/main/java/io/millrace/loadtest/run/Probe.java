package io.millrace.loadtest.run;

import io.millrace.loadtest.generate.Journal;
import io.millrace.loadtest.generate.Load;
import io.millrace.loadtest.generate.Outlet;
import io.millrace.loadtest.generate.Sink;
import io.millrace.loadtest.verify.Ledger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * Finds out whether a pipeline is working, as anybody outside can: one record into each partition, and each must come
 * out. They are verified with the rest, and their latency counts for nothing.
 */
final class Probe {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Probe() {}

    static void await(Outlet outlet, int partitions, Load load, Journal journal, Ledger ledger, Runnable check)
            throws InterruptedException {
        try (Sink sink = outlet.open(journal)) {
            for (int i = 0; i < partitions; i++) {
                String device = String.format(Locale.ROOT, "probe-%09d", i); // as long as a device's name
                byte[] key = device.getBytes(StandardCharsets.UTF_8);
                long now = System.currentTimeMillis();
                sink.send(key, payload(device, i, now, load), now, Sink.PROBE, i, Journal.IN_NO_LATENCY, false);
            }
        }
        ledger.firstFailure().ifPresent(cause -> {
            throw new IllegalStateException("the probe must reach its partitions: " + cause.getMessage(), cause);
        });
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (ledger.seen() < partitions) {
            check.run();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the pipeline must answer a record in each partition within "
                        + LIMIT.toSeconds() + " s, but answered " + ledger.seen() + " of " + partitions);
            }
            Thread.sleep(20);
        }
    }

    private static byte[] payload(String device, int sequence, long now, Load load) {
        String json = "{\"seq\":" + (Load.FIRST_SEQUENCE + sequence) + ",\"ts\":" + now
                + (load.named() ? ",\"device\":\"" + device + '"' : "")
                + "," + load.layout().members(load.features(), "0.500") + "}";
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
