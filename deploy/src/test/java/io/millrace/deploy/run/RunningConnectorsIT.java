package io.millrace.deploy.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import io.millrace.connectors.worker.ConnectorStatus;
import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.config.PipelineConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From telemetry to a web server: the pipeline and its connectors in one process. */
@Timeout(120)
class RunningConnectorsIT {
    @Test
    void aSourceAndASinkOfOneTypeAreEachTheirOwn(@TempDir Path directory) throws Exception {
        try (PipelineRig rig = PipelineRig.start(directory)) {
            String hub = "iothub.connection.string: "
                    + "\"HostName=fleet.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=a2V5\"";
            PipelineConfig config = rig.pipeline(
                    "pumps",
                    ", device: /deviceId, connector: {name: fleet, type: iot-hub, " + hub + "}",
                    """
                    model: {uri: fake.onnx, inputs: {features: [/a]}}
                    alerts: [{name: hot, when: score > 5, clear: score < 3}]
                    sinks: [{name: act, type: iot-hub, %s}]
                    """.formatted(hub),
                    Map.of());

            assertThat(new ConnectorPlan(config).problems()).isEmpty();
        }
    }

    @Test
    @SuppressWarnings("try") // the metrics are read over HTTP
    void anAlertReachesAWebhookAndAnEventHub(@TempDir Path directory) throws Exception {
        Queue<String> posted = new ConcurrentLinkedQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String type = exchange.getRequestHeaders().getFirst("ce-type");
            posted.add(type + " "
                    + new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        InetSocketAddress metrics = MetricsEndpointIT.free();
        try (PipelineRig rig = PipelineRig.start(directory);
                MetricsEndpoint endpoint = MetricsEndpoint.at(metrics);
                EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of("alerts", 1)))) {
            // Given
            PipelineConfig config = rig.pipeline(
                    "pumps",
                    ", device: /deviceId",
                    """
                    model: {uri: fake.onnx, inputs: {features: [/a]}}
                    alerts: [{name: hot, when: score > 5, clear: score < 3}]
                    sinks:
                      - {name: hook, type: webhook, webhook.url: "http://127.0.0.1:%d/"}
                      - {name: hub, type: event-hubs, eventhubs.hub: alerts, eventhubs.connection.string: "%s"}
                    """.formatted(server.getAddress().getPort(), peer.connectionString()),
                    Map.of());
            assertThat(new ConnectorPlan(config).problems()).isEmpty();
            Cluster cluster = new Cluster(rig.clientProperties(), null);

            // When
            try (FakeScorer scorer = FakeScorer.of(1, 64, (in, out) -> out[0][0] = in[0][0]);
                    Instance instance = Instance.start(config, scorer, rig.folder("state"));
                    RunningConnectors connectors = RunningConnectors.start(config, cluster)) {
                rig.send(List.of(
                        new ProducerRecord<>("pumps-in", PipelineRig.bytes("{\"deviceId\":\"pump-1\",\"a\":7}"))));

                // Then
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(posted).hasSize(1));
                assertThat(posted.peek())
                        .startsWith("io.millrace.alert.v1 {")
                        .contains("\"device\":\"pump-1\"", "\"state\":\"FIRING\"");
                await().atMost(Duration.ofSeconds(60)).until(() -> peer.last("alerts", 0) >= 0);
                Message event = peer.events("alerts", 0, 0).get(0);
                assertThat(event.getContentType()).isEqualTo("application/json");
                assertThat(event.getApplicationProperties().getValue())
                        .containsEntry("cloudEvents_type", "io.millrace.alert.v1");
                assertThat(connectors.status())
                        .allMatch(ConnectorStatus::isRunning)
                        .hasSize(2);
                assertThat(instance.isAlive()).isTrue();
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(MetricsEndpointIT.get(metrics))
                        .containsPattern("millrace_connector_delivered_total\\{connector=\"hook\",[^}]*\\} 1.0")
                        .containsPattern("millrace_connector_delivered_total\\{connector=\"hub\",[^}]*\\} 1.0")
                        .containsPattern("millrace_connector_delivery_time_seconds_total\\{connector=\"hub\",")
                        .containsPattern("millrace_connector_failed_total\\{connector=\"hook\",[^}]*\\} 0.0"));
            }
        } finally {
            server.stop(0);
        }
    }
}
