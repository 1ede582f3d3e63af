package io.millrace.loadtest.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the devices' events at a steady rate, whatever happens around it; among them a known share of malformed ones.
 * Where the pipeline has a registry, it is told of twins, and of devices that are no more and never were: what must change
 * nothing of what comes out.
 *
 * <p>Its producer is idempotent and patient, so that what it sends is in the topic once and in order. Whether it really
 * is, the {@link Verifier} checks before anything else.
 */
final class Sender implements AutoCloseable {
    private static final long TICK_NANOS = Duration.ofMillis(20).toNanos();

    private static final int ONE_TOLD_IN = 10;

    private final String topic;
    private final @Nullable Variant registry;
    private final int rate;
    private final int oneMalformedIn;
    private final long[] nextSeq;
    private final SplittableRandom random;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong malformed = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean stopping;

    /**
     * @param registry whose registry is told of devices; {@code null}: nobody's
     * @param oneMalformedIn one record in so many is malformed; 0: none
     */
    Sender(
            String bootstrap,
            String topic,
            @Nullable Variant registry,
            int rate,
            int devices,
            int oneMalformedIn,
            long seed) {
        this.topic = topic;
        this.registry = registry;
        this.rate = rate;
        this.oneMalformedIn = oneMalformedIn;
        nextSeq = new long[devices];
        random = new SplittableRandom(seed);
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                        ProducerConfig.LINGER_MS_CONFIG, 5,
                        // With more, a new partition that refuses the first batch and takes the second (its leader was
                        // not ready) holds the first to be out of sequence for ever.
                        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 300_000, // longer than any fault
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 300_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        thread = new Thread(this::run, "sender");
        thread.start();
    }

    private void run() {
        long start = System.nanoTime();
        long due = 0;
        while (!stopping && failure.get() == null) {
            LockSupport.parkNanos(TICK_NANOS);
            long behind = (System.nanoTime() - start) * rate / 1_000_000_000L - due;
            if (behind > rate) { // it stood still: no burst to catch up with
                start = System.nanoTime();
                due = 0;
                continue;
            }
            for (long i = 0; i < behind; i++) {
                sendOne();
            }
            due += behind;
        }
    }

    private void sendOne() {
        int number = random.nextInt(nextSeq.length);
        String device = Fleet.device(number);
        byte[] key = device.getBytes(UTF_8);
        if (oneMalformedIn > 0 && random.nextInt(oneMalformedIn) == 0) {
            send(key, Fleet.malformed(malformed.getAndIncrement()));
        }
        long seq = nextSeq[number]++;
        send(key, Fleet.payload(Fleet.reading(device, seq)));
        if (registry != null && seq % ONE_TOLD_IN == 0) {
            put(registry.topic("twins"), key, ("{\"site\":" + seq + "}").getBytes(UTF_8));
            put(registry.topic("retired"), ("nobody-" + number).getBytes(UTF_8), null);
        }
    }

    private void send(byte[] key, byte[] value) {
        put(topic, key, value);
        sent.incrementAndGet();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
    private void put(String into, byte[] key, byte @Nullable [] value) {
        producer.send(new ProducerRecord<>(into, key, value), (done, exception) -> {
            if (exception != null) {
                failure.compareAndSet(null, exception);
            }
        });
    }

    /** Records handed to the producer so far, malformed ones included. */
    long sent() {
        return sent.get();
    }

    long malformed() {
        return malformed.get();
    }

    /** Stops sending and waits until the broker has everything. */
    void finish() throws Exception {
        stopping = true;
        thread.join();
        producer.flush();
        Exception cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("the run is void: the rig itself could not send", cause);
        }
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ZERO);
    }
}
