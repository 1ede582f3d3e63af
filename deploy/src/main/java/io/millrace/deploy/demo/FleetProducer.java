package io.millrace.deploy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the fleet's readings on time: each pump a fixed number a second, the pumps evenly staggered. One thread of
 * its own. A reading bears the time that it was due, so that latency counts from there even if it left late.
 */
public final class FleetProducer implements AutoCloseable {
    private final FleetLine line;
    private final PumpFleet fleet;
    private final BadPayloads bad;
    private final long startMs;
    private final long perSecond;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;

    private FleetProducer(FleetLine line, PumpFleet fleet, BadPayloads bad, long startMs, int readingsPerSecond) {
        this.line = line;
        this.fleet = fleet;
        this.bad = bad;
        this.startMs = startMs;
        this.perSecond = (long) fleet.size() * readingsPerSecond;
        this.thread = new Thread(this::send, "pump-fleet");
        thread.setDaemon(true);
    }

    /**
     * @param line is closed with it
     * @param readingsPerSecond of each pump
     */
    public static FleetProducer start(
            FleetLine line, PumpFleet fleet, BadPayloads bad, long startMs, int readingsPerSecond) {
        FleetProducer producer = new FleetProducer(line, fleet, bad, startMs, readingsPerSecond);
        producer.thread.start();
        return producer;
    }

    private void send() {
        for (long reading = 0; !stopped; reading++) {
            long dueMs = startMs + reading * 1000 / perSecond;
            for (long early = dueMs - System.currentTimeMillis(); early > 0 && !stopped; ) {
                LockSupport.parkNanos(early * 1_000_000);
                early = dueMs - System.currentTimeMillis();
            }
            int pump = (int) (reading % fleet.size());
            byte[] payload = bad.payload(pump, fleet.read(pump, dueMs));
            byte[] key = PumpFleet.deviceId(pump).getBytes(UTF_8);
            line.send(dueMs, key, payload, taken -> (taken ? acknowledged : refused).incrementAndGet());
        }
    }

    /** Stops sending and waits until all that was sent is acknowledged. */
    public void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        line.flush();
    }

    /** Readings that the broker has. */
    public long acknowledged() {
        return acknowledged.get();
    }

    /** Readings that the broker has refused. */
    public long refused() {
        return refused.get();
    }

    @Override
    public void close() {
        stopped = true;
        line.close();
    }
}
