package io.millrace.connectors.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.alerts.AlertmanagerSinkConnector;
import io.millrace.connectors.alerts.WebhookSinkConnector;
import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.eventhubs.EventHubsSinkConnector;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The plugin archive, in a Kafka Connect worker that has nothing of ours but what it finds on its plugin path. */
@Timeout(180)
class PluginArchiveIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void runsOnAConnectClusterAsItIs(@TempDir Path directory) throws Exception {
        Path plugins = unpack(archive(), directory.resolve("plugins"));
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory.resolve("broker")))) {
            URI url = URI.create("http://127.0.0.1:" + freePort());
            Process worker = startForeignWorker(directory, broker.bootstrapServers(), plugins, url);
            try {
                ConnectClient client = new ConnectClient(url);
                await().atMost(PATIENCE).ignoreExceptions().until(() -> client.connectors()
                        .isEmpty());

                // When
                for (Class<?> connector : List.of(
                        WebhookSinkConnector.class, AlertmanagerSinkConnector.class, EventHubsSinkConnector.class)) {
                    client.put(new ConnectorSpec(
                            connector.getSimpleName(),
                            Map.of(
                                    "connector.class", connector.getSimpleName(),
                                    "topics.regex", "nothing-yet",
                                    "webhook.url", "http://127.0.0.1:1",
                                    "eventhubs.namespace", "localhost",
                                    "eventhubs.hub", "alerts",
                                    "alertmanager.urls", "http://127.0.0.1:1")));
                }

                // Then
                await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(client.connectors())
                        .hasSize(3)
                        .allMatch(name -> client.status(name).isRunning()));
            } finally {
                worker.destroyForcibly();
                worker.waitFor();
            }
        }
    }

    private static Path archive() throws IOException {
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            return built.filter(file -> file.toString().endsWith("-plugin.zip"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Path unpack(Path archive, Path into) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = into.resolve(entry.getName());
                Files.createDirectories(entry.isDirectory() ? file : file.getParent());
                if (!entry.isDirectory()) {
                    Files.copy((InputStream) zip, file);
                }
            }
        }
        return into;
    }

    private static Process startForeignWorker(Path directory, String brokers, Path plugins, URI url)
            throws IOException {
        Properties properties = new Properties();
        properties.putAll(new WorkerOptions(
                        "foreign",
                        Map.of("bootstrap.servers", brokers),
                        true,
                        Map.of("plugin.path", plugins.toString(), "listeners", url.toString()))
                .properties());
        properties.remove("config.providers.file.class"); // ours, and not on its class path
        properties.setProperty("config.providers", "env");
        Path file = directory.resolve("worker.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).startsWith(Path.of("target").toAbsolutePath()))
                .filter(entry -> !entry.contains("millrace-connectors"))
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        classPath,
                        ConnectDistributed.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("worker.log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
