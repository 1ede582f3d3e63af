package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.ReceiveOptions;
import io.millrace.connectors.doctor.Finding;
import io.millrace.connectors.iothub.IotHubSinkConnector;
import io.millrace.connectors.iothub.ServiceProbe;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the doctor finds out at the edges. */
@Timeout(180)
class HubProbeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EventHubsPeer peer;
    private final SSLContext before = SSLContext.getDefault();

    HubProbeIT() throws Exception {
        peer = EventHubsPeer.start(
                PeerOptions.of(HubSpec.of("telemetry", 4).withConsumerGroups("mine"), HubSpec.of("alerts", 2))
                        .withIotHub("fleet", "telemetry"));
        SSLContext.setDefault(peer.clientTls());
        for (int i = 0; i < 5; i++) {
            peer.put("telemetry", 2, null, "{}".getBytes(UTF_8), Map.of());
        }
    }

    @AfterEach
    void stop() {
        peer.close();
        SSLContext.setDefault(before);
    }

    private List<Finding> look(Class<?> type, Duration patience, Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "connector.class",
                type.getName(),
                "eventhubs.connection.string",
                peer.connectionString(),
                "eventhubs.hub",
                "telemetry",
                "topic",
                "readings"));
        config.putAll(more);
        return HubProbe.look("edge", config, patience);
    }

    private List<Finding> source(Map<String, String> more) {
        return look(EventHubsSourceConnector.class, PATIENCE, more);
    }

    private List<Finding> sink(Map<String, String> more) {
        return look(EventHubsSinkConnector.class, PATIENCE, more);
    }

    @Test
    void aHubThatIsAsItShouldBe() {
        assertThat(source(Map.of("eventhubs.consumer.group", "mine")))
                .containsExactly(
                        Finding.ok("edge", "event hub localhost/telemetry has 4 partitions, and keeps 5 events"),
                        Finding.note(
                                "edge",
                                "eventhubs.partitioning is same: topic readings must have at least 4 partitions, or set it"
                                        + " to key"),
                        Finding.ok("edge", "consumer group mine can be read"));
        assertThat(source(Map.of("eventhubs.hub", "alerts", "eventhubs.partitioning", "key")))
                .extracting(Finding::text)
                .containsExactly(
                        "event hub localhost/alerts has 2 partitions, and keeps 0 events",
                        "consumer group $Default can be read, as far as an empty hub can show");
        assertThat(sink(Map.of()))
                .containsExactly(Finding.ok(
                        "edge",
                        "event hub localhost/telemetry has 4 partitions, and takes batches of up to 1048576 bytes"));
        assertThat(peer.last("telemetry", 0)).isEqualTo(-1);
    }

    @Test
    void whatIsWrongIsToldWithWhatToDo() throws Exception {
        assertProblem(source(Map.of("eventhubs.consumer.group", "nobody")), "no consumer group nobody: make it");
        assertProblem(source(Map.of("eventhubs.hub", "nowhere")), "could not be found", "Mend eventhubs.hub");
        assertProblem(sink(Map.of("eventhubs.hub", "nowhere")), "could not be found", "Mend eventhubs.hub");
        assertProblem(sink(Map.of("eventhubs.partitioning", "partition:9")), "no partition 9", "[0, 1, 2, 3]");
        Map<String, String> wrongKey = Map.of(
                "eventhubs.connection.string",
                peer.connectionString().replaceFirst("SharedAccessKey=[^;]*", "SharedAccessKey=wrong"));
        assertProblem(source(wrongKey), "invalid signature", "it needs the right Listen");
        assertProblem(sink(wrongKey), "invalid signature", "it needs the right Send");
        peer.faults().serverBusy("telemetry", Duration.ofMinutes(5));
        assertProblem(source(Map.of()), "throttled", "more throughput units");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> nobody = Map.of(
                    "eventhubs.connection.string",
                    peer.connectionString().replaceFirst(":\\d+;", ":" + silent.getLocalPort() + ";"));
            assertProblem(look(EventHubsSinkConnector.class, Duration.ofSeconds(1), nobody), "reach its port 5671");
            assertProblem(look(EventHubsSourceConnector.class, Duration.ofSeconds(1), nobody), "reach its port 5671");
            Map<String, String> sink = Map.of(
                    "connector.class", IotHubSinkConnector.class.getName(),
                    "iothub.connection.string", peer.iotConnectionString("fleet"),
                    "iothub.amqp.endpoint", "localhost:" + silent.getLocalPort());
            assertProblem(ServiceProbe.look("act", sink, Duration.ofSeconds(1)), "cannot be used", "and port 5671");
        }
    }

    @Test
    void aHostThatNobodyKnowsIsNamed() {
        String known = "nobody knows the host nobody.invalid";
        Map<String, String> hub = Map.of(
                "eventhubs.connection.string",
                "Endpoint=sb://nobody.invalid/;SharedAccessKeyName=a;SharedAccessKey=d3Jvbmc=");
        assertProblem(source(hub), known, "DNS at hand");
        assertProblem(sink(hub), known, "DNS at hand");
        assertProblem(sink(Map.of("eventhubs.endpoint", "https://nobody.invalid:5671")), known);
        String fleet = "HostName=nobody.invalid;SharedAccessKeyName=a;SharedAccessKey=d3Jvbmc=";
        assertProblem(
                HubProbe.look(
                        "fleet",
                        Map.of(
                                "connector.class",
                                IotHubSourceConnector.class.getName(),
                                "iothub.connection.string",
                                fleet,
                                "topic",
                                "readings"),
                        PATIENCE),
                known);
        assertProblem(
                ServiceProbe.look(
                        "act",
                        Map.of(
                                "connector.class",
                                IotHubSinkConnector.class.getName(),
                                "iothub.connection.string",
                                fleet),
                        PATIENCE),
                known);
    }

    @Test
    void whoReadsAlreadyIsNotShutOut() {
        try (EventHubConsumerAsyncClient other = new EventHubClientBuilder()
                .connectionString(peer.connectionString(), "telemetry")
                .consumerGroup("$Default")
                .buildAsyncConsumerClient()) {
            var reading = other.receiveFromPartition(
                            "2", EventPosition.earliest(), new ReceiveOptions().setOwnerLevel(0L))
                    .subscribe();
            Awaitility.await().atMost(PATIENCE).until(() -> peer.readers("telemetry", 2) == 1);

            // When
            List<Finding> findings = source(Map.of());

            // Then
            assertThat(findings.get(2).level()).isEqualTo(Finding.Level.NOTE);
            assertThat(findings.get(2).text()).startsWith("somebody reads with consumer group $Default now");
            assertThat(peer.readers("telemetry", 2)).isEqualTo(1);
            assertThat(peer.attaches("telemetry", 2)).isEqualTo(1);
            reading.dispose();
        }
    }

    @Test
    void anIotHubAndTheHubBehindIt() {
        Map<String, String> iot = new HashMap<>(Map.of(
                "connector.class",
                IotHubSourceConnector.class.getName(),
                "iothub.connection.string",
                peer.iotConnectionString("fleet"),
                "iothub.endpoint",
                "localhost:" + peer.tlsPort(),
                "topic",
                "readings"));
        assertThat(HubProbe.look("fleet", iot, PATIENCE))
                .extracting(Finding::level)
                .containsExactly(Finding.Level.OK, Finding.Level.OK);
        String wrong = peer.iotConnectionString("fleet").replaceFirst("SharedAccessKey=.*", "SharedAccessKey=d3Jvbmc=");
        iot.put("iothub.connection.string", wrong);
        assertProblem(HubProbe.look("fleet", iot, PATIENCE), "refuses the policy or its key");

        Map<String, String> sink = new HashMap<>(Map.of(
                "connector.class", IotHubSinkConnector.class.getName(),
                "iothub.connection.string", peer.iotConnectionString("fleet"),
                "iothub.amqp.endpoint", "localhost:" + peer.tlsPort()));
        assertThat(ServiceProbe.look("act", sink, PATIENCE))
                .containsExactly(Finding.ok(
                        "act", "IoT Hub fleet.azure-devices.net lets the policy in, and takes messages to devices"));
        sink.put("iothub.connection.string", wrong);
        assertProblem(ServiceProbe.look("act", sink, PATIENCE), "refuses the policy or its key", "service connect");
    }

    private static void assertProblem(List<Finding> findings, String... texts) {
        Finding last = findings.get(findings.size() - 1);
        assertThat(last.level()).isEqualTo(Finding.Level.PROBLEM);
        assertThat(last.text()).contains(texts).doesNotContain("d3Jvbmc", "=wrong");
    }
}
