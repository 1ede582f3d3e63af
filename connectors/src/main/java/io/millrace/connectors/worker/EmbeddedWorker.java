package io.millrace.connectors.worker;

import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker of Kafka Connect, in distributed mode, inside this process: the same that a Connect cluster is made of, so
 * that a connector runs here as it does there. Workers of one group, in whatever processes, share the connectors' tasks
 * and take over from each other.
 *
 * <p>A task that fails is started again, later each time, and its reason is logged: see {@link Revival}.
 *
 * <p>Thread-safe. Starting and stopping block until done.
 */
public final class EmbeddedWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedWorker.class);

    private final Connect<DistributedHerder> connect;
    private final ConnectClient client;
    private final Revival revival;

    private EmbeddedWorker(Connect<DistributedHerder> connect, ConnectClient client) {
        this.connect = connect;
        this.client = client;
        this.revival = Revival.start(client);
    }

    /**
     * Starts a worker. Its topics in Kafka are made if they are missing.
     *
     * @throws WorkerException if it cannot start; the message says why
     */
    public static EmbeddedWorker start(WorkerOptions options) {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader(); // Kafka Connect puts its own in its place
        try {
            Connect<DistributedHerder> connect = new ConnectDistributed().startConnect(options.properties());
            URI url = connect.rest().advertisedUrl();
            LOG.info("connect worker started: group={} url={}", options.group(), url);
            return new EmbeddedWorker(connect, new ConnectClient(url));
        } catch (KafkaException e) {
            throw new WorkerException("the Kafka Connect worker cannot start: " + e.getMessage(), e);
        } finally {
            thread.setContextClassLoader(loader);
        }
    }

    /** The worker's REST interface. */
    public ConnectClient client() {
        return client;
    }

    /** Has the worker's group run these connectors and no others. Others of the group see the change, too. */
    public void run(Collection<ConnectorSpec> connectors) {
        Set<String> superfluous = new HashSet<>(client.connectors());
        for (ConnectorSpec connector : connectors) {
            client.put(connector);
            superfluous.remove(connector.name());
        }
        superfluous.forEach(client::delete);
        revival.watch(connectors.stream().map(ConnectorSpec::name).toList());
    }

    /** How the connectors of {@link #run} do. */
    public List<ConnectorStatus> status() {
        return revival.watched().stream().map(client::status).toList();
    }

    /** Stops the connectors' tasks of this worker, which commit what they have done, and leaves the group. */
    @Override
    public void close() {
        revival.close();
        connect.stop();
    }
}
