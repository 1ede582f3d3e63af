package io.millrace.connectors.broker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.raft.QuorumConfig;

/**
 * One run of the broker, from start to stop. The parts are those of {@link KafkaRaftServer}, which would open its own
 * sockets, reach for the process's exit, and register every metric as an MBean.
 */
final class Node {
    private static final Duration ORDERLY = Duration.ofSeconds(30);

    private final DataDirectory directory;
    private final Sockets sockets;
    private final Faults faults;
    private final ControllerServer controller;
    private final BrokerServer broker;

    private Node(BrokerOptions options, DataDirectory directory, Sockets sockets, Faults faults) {
        this.directory = directory;
        this.sockets = sockets;
        this.faults = faults;
        KafkaConfig config = config(options, sockets);
        MetaPropertiesEnsemble identity = directory.formatted();
        SharedServer shared = new SharedServer(
                config,
                identity,
                Time.SYSTEM,
                new Metrics(Time.SYSTEM),
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                List.of(),
                faults,
                sockets);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), directory.bootstrapMetadata());
        broker = new BrokerServer(shared);
    }

    private static KafkaConfig config(BrokerOptions options, Sockets sockets) {
        try {
            return new KafkaConfig(BrokerProperties.of(options, sockets.port(), sockets.controllerPort()), false);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new BrokerException("broker properties must suit a single node: " + e.getMessage(), e);
        }
    }

    static Node start(BrokerOptions options) {
        DataDirectory directory = DataDirectory.open(options.directory());
        Sockets sockets = null;
        Faults faults = null;
        Node node = null;
        try {
            sockets = new Sockets(options.host(), options.port());
            faults = new Faults("the embedded broker at " + options.directory(), options.onFault());
            node = new Node(options, directory, sockets, faults);
            node.controller.startup();
            node.broker.startup();
            return node;
        } catch (Throwable e) {
            if (node != null) {
                node.shutDown(Duration.ZERO);
            }
            if (faults != null) {
                faults.close();
            }
            if (sockets != null) {
                sockets.close();
            }
            directory.close();
            throw e instanceof BrokerException known ? known : DataDirectory.unreadable(options.directory(), e);
        }
    }

    int port() {
        return sockets.port();
    }

    Optional<BrokerException> fault() {
        return faults.first();
    }

    void stop() {
        shutDown(ORDERLY);
        release();
    }

    void kill() {
        shutDown(Duration.ZERO);
        directory.forgetCleanShutdown();
        release();
    }

    /** The broker first: it says goodbye to the controller. */
    private void shutDown(Duration timeout) {
        broker.shutdown(timeout);
        controller.shutdown();
    }

    private void release() {
        sockets.close();
        faults.close();
        directory.close();
    }
}
