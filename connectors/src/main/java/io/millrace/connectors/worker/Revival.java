package io.millrace.connectors.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts connectors and tasks again that have failed, which Kafka Connect leaves to a person: at once where it was the
 * first time, then later with each time that follows, five minutes apart at most. Whoever has run for a minute, and
 * for as long as it had to wait, begins anew: what happens now and then must not add up to a long wait.
 */
final class Revival implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Revival.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(1);

    private final ConnectClient client;
    private final LongSupplier nanos;
    private final Map<String, Attempts> attempts = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "millrace-connect-revival");
        thread.setDaemon(true);
        return thread;
    });
    private volatile List<String> watched = List.of();

    private record Attempts(int number, long lastNanos) {
        boolean isDue(long nanos) {
            return nanos - lastNanos >= pause().toNanos();
        }

        boolean isForgiven(long nanos) {
            return isDue(nanos) && nanos - lastNanos > FORGIVEN_AFTER.toNanos();
        }

        Duration pause() {
            Duration doubled = PERIOD.multipliedBy(1L << Math.min(number, 10));
            return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        }
    }

    /** One that looks only when it is told to. */
    Revival(ConnectClient client, LongSupplier nanos) {
        this.client = client;
        this.nanos = nanos;
    }

    /** One that looks every few seconds. */
    @SuppressWarnings("FutureReturnValueIgnored") // it never ends by an exception: see look()
    static Revival start(ConnectClient client) {
        Revival revival = new Revival(client, System::nanoTime);
        revival.timer.scheduleWithFixedDelay(
                revival::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        return revival;
    }

    void watch(Collection<String> connectors) {
        watched = List.copyOf(connectors);
    }

    List<String> watched() {
        return watched;
    }

    void look() {
        for (String name : watched) {
            try {
                look(name, nanos.getAsLong());
            } catch (RuntimeException e) {
                LOG.debug("cannot look after connector {}", name, e); // a rebalance, most likely
            }
        }
    }

    private void look(String name, long now) {
        ConnectorStatus status = client.status(name);
        Attempts before = attempts.get(name);
        if (!status.isFailed()) {
            if (before != null && before.isForgiven(now)) {
                attempts.remove(name);
            }
            return;
        }
        if (before == null || before.isDue(now)) {
            int number = before == null ? 1 : before.number() + 1;
            LOG.warn(
                    "connector has failed and is started again: name={} attempt={} reason={}",
                    name,
                    number,
                    status.reason().orElse("unknown"));
            attempts.put(name, new Attempts(number, now));
            client.restartFailed(name);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
