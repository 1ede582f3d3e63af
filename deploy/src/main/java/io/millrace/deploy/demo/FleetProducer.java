package io.millrace.deploy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the fleet's readings on time: each pump a fixed number a second, the pumps evenly staggered. One thread of
 * its own. A reading bears the time that it was due, so that latency counts from there even if it left late.
 */
public final class FleetProducer implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final PumpFleet fleet;
    private final BadPayloads bad;
    private final long startMs;
    private final long perSecond;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;

    private FleetProducer(
            Map<String, Object> clientProperties,
            String topic,
            PumpFleet fleet,
            BadPayloads bad,
            long startMs,
            int readingsPerSecond) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.fleet = fleet;
        this.bad = bad;
        this.startMs = startMs;
        this.perSecond = (long) fleet.size() * readingsPerSecond;
        this.thread = new Thread(this::send, "pump-fleet");
        thread.setDaemon(true);
    }

    /** @param readingsPerSecond of each pump */
    public static FleetProducer start(
            Map<String, Object> clientProperties,
            String topic,
            PumpFleet fleet,
            BadPayloads bad,
            long startMs,
            int readingsPerSecond) {
        FleetProducer producer = new FleetProducer(clientProperties, topic, fleet, bad, startMs, readingsPerSecond);
        producer.thread.start();
        return producer;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
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
            producer.send(
                    new ProducerRecord<>(topic, null, dueMs, key, payload),
                    (metadata, failure) -> (failure == null ? acknowledged : refused).incrementAndGet());
        }
    }

    /** Stops sending and waits until all that was sent is acknowledged. */
    public void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        producer.flush();
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
        producer.close();
    }
}
