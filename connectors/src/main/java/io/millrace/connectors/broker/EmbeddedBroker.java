package io.millrace.connectors.broker;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's own broker, inside this process: one KRaft node that is broker and controller, for demonstrations, tests and
 * edge gateways. It is a full broker: transactions, consumer groups and the streams group protocol work. Topics, records
 * and consumer offsets live in its directory and are there again after a restart, also on another port. What outgrows
 * it moves to a cluster by naming that cluster's {@code bootstrap.servers}.
 *
 * <p>Thread-safe. Starting and stopping block until done.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private BrokerOptions options;
    private int port;
    private @Nullable Node node;

    private EmbeddedBroker(BrokerOptions options) {
        this.options = options;
    }

    /**
     * Starts a broker and returns when clients can use it.
     *
     * @throws BrokerException if the directory or the port cannot be used; the message says which and what to do
     */
    public static EmbeddedBroker start(BrokerOptions options) {
        EmbeddedBroker broker = new EmbeddedBroker(options);
        broker.startNode();
        return broker;
    }

    private synchronized void startNode() {
        long started = System.nanoTime();
        Node starting = Node.start(options);
        node = starting;
        port = starting.port();
        LOG.info(
                "embedded broker started: address={} directory={} ms={}",
                bootstrapServers(),
                options.directory(),
                (System.nanoTime() - started) / 1_000_000);
    }

    /** The value for a client's {@code bootstrap.servers}; the same after {@link #restart()}. */
    public synchronized String bootstrapServers() {
        return options.localAddress(port);
    }

    public Path directory() {
        return options.directory();
    }

    /** What has broken the running broker, if anything has: for a health check. It does not heal; start it again. */
    public synchronized Optional<BrokerException> fault() {
        return node == null ? Optional.empty() : node.fault();
    }

    /** Stops the broker in order: clients are told, logs are flushed and marked as complete. Does nothing if stopped. */
    @Override
    public synchronized void close() {
        if (node != null) {
            node.stop();
            node = null;
        }
    }

    /**
     * Stops the broker as far like a crash as one process allows: it does not take its leave from clients and
     * controller, and its logs are not marked as complete, so that the next start recovers them. For tests; to lose what
     * the operating system has not written, kill a process.
     */
    public synchronized void kill() {
        if (node != null) {
            node.kill();
            node = null;
        }
    }

    /** Starts the broker again, after stopping it if it runs, on the same directory and the same port. */
    public synchronized void restart() {
        close();
        options = options.withPort(port);
        startNode();
    }
}
