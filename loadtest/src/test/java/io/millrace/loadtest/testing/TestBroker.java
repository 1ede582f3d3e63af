package io.millrace.loadtest.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A single-node KRaft broker on free ports, in this process. Its {@link #main} answers as the product's
 * {@code millrace broker} does, so that a test can start it as a child process.
 */
public final class TestBroker implements AutoCloseable {

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    public TestBroker(Path data) {
        this(data, freePort());
    }

    private TestBroker(Path data, int port) {
        Properties properties = properties(data, port, freePort());
        format(data, properties);
        bootstrapServers = "127.0.0.1:" + port;
        server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        server.startup();
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    /** {@code --data DIR --port P}; runs until it is killed. */
    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[3]);
        TestBroker broker = new TestBroker(Path.of(arguments[1]), port == 0 ? freePort() : port);
        System.out.println("bootstrap.servers=" + broker.bootstrapServers());
        broker.server.awaitShutdown();
    }

    private static Properties properties(Path data, int port, int controllerPort) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", data.resolve("log").toString());
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("auto.create.topics.enable", "false");
        return properties;
    }

    private static void format(Path data, Properties properties) {
        try {
            Files.createDirectories(data);
            Path file = data.resolve("server.properties");
            try (var writer = Files.newBufferedWriter(file)) {
                properties.store(writer, null);
            }
            String[] command = {
                "format",
                "--ignore-formatted",
                "-c",
                file.toString(),
                "-t",
                Uuid.randomUuid().toString()
            };
            StorageTool.execute(command, new PrintStream(System.err, true, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
