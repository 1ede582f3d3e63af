package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import io.millrace.connectors.worker.ConnectorSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From an IoT Hub's own connection string: the redirect, the failover, the kinds of messages. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IotHubSourceIT {
    private final EventHubsPeer peer;
    private final SourceRig rig;
    private final SSLContext before;

    IotHubSourceIT(@TempDir Path directory) throws Exception {
        peer = EventHubsPeer.start(
                PeerOptions.of(HubSpec.of("iothub-ehub-fleet-1", 2), HubSpec.of("iothub-ehub-fleet-2", 2))
                        .withIotHub("fleet", "iothub-ehub-fleet-1"));
        before = SSLContext.getDefault();
        SSLContext.setDefault(peer.clientTls());
        rig = SourceRig.start(directory);
    }

    @AfterAll
    void stop() {
        rig.close();
        peer.close();
        SSLContext.setDefault(before);
    }

    @Test
    void telemetryGoesByDeviceAndTheRestItsOwnWay() {
        // Given
        for (String topic :
                new String[] {"iot", "iot-twins", "iot-lifecycle", "iot-connections", "retired", "iot-dead"}) {
            rig.topic(topic, 1);
        }
        peer.put(
                "iothub-ehub-fleet-1",
                0,
                null,
                message("Telemetry", "pump-1", null, "{\"t\":1}", Map.of("site", "north")));
        peer.put("iothub-ehub-fleet-1", 0, null, message("Telemetry", "edge-1", "camera", "{}", Map.of()));
        peer.put(
                "iothub-ehub-fleet-1",
                0,
                null,
                message("twinChangeEvents", null, null, "{\"tags\":{}}", Map.of("deviceId", "pump-1")));
        peer.put(
                "iothub-ehub-fleet-1",
                0,
                null,
                message(
                        "deviceLifecycleEvents",
                        null,
                        null,
                        "{}",
                        Map.of("deviceId", "pump-9", "opType", "deleteDeviceIdentity")));
        peer.put(
                "iothub-ehub-fleet-1",
                0,
                null,
                message(
                        "moduleLifecycleEvents",
                        null,
                        null,
                        "{}",
                        Map.of("deviceId", "edge-2", "moduleId", "camera", "opType", "deleteModuleIdentity")));
        peer.put(
                "iothub-ehub-fleet-1",
                0,
                null,
                message(
                        "deviceConnectionStateEvents",
                        null,
                        null,
                        "{}",
                        Map.of("deviceId", "pump-2", "opType", "deviceConnected")));
        peer.put("iothub-ehub-fleet-1", 0, null, message("Telemetry", null, null, "{}", Map.of()));

        // When
        source();

        // Then
        List<ConsumerRecord<byte[], byte[]>> telemetry = rig.read(2, "iot");
        assertThat(telemetry).extracting(record -> text(record.key())).containsExactly("pump-1", "edge-1/camera");
        assertThat(new String(
                        telemetry
                                .get(0)
                                .headers()
                                .lastHeader("iothub-message-source")
                                .value(),
                        UTF_8))
                .isEqualTo("Telemetry");
        assertThat(new String(telemetry.get(0).headers().lastHeader("site").value(), UTF_8))
                .isEqualTo("north");
        assertThat(keys("iot-twins")).containsExactly("pump-1");
        assertThat(rig.read(2, "iot-lifecycle"))
                .extracting(record -> text(record.key()))
                .containsExactly("pump-9", "edge-2/camera");
        assertThat(keys("iot-connections")).containsExactly("pump-2");
        assertThat(rig.read(2, "retired"))
                .extracting(record -> text(record.key()))
                .containsExactly("pump-9", "edge-2/camera");
        assertThat(rig.read(2, "retired"))
                .allSatisfy(record -> assertThat(record.value()).isNull());
        assertThat(rig.read(1, "iot-dead")
                        .get(0)
                        .headers()
                        .lastHeader("millrace-reason")
                        .value())
                .isEqualTo("no-device".getBytes(UTF_8));

        // When
        peer.put("iothub-ehub-fleet-2", 0, null, message("Telemetry", "pump-5", null, "{}", Map.of()));
        peer.failOver("fleet", "iothub-ehub-fleet-2");

        // Then
        await().atMost(SourceRig.PATIENCE).until(() -> peer.readers("iothub-ehub-fleet-2", 0) == 1);
        assertThat(rig.read(3, "iot")).extracting(record -> text(record.key())).contains("pump-5");
        ConsumerRecord<byte[], byte[]> marker = rig.read(2, "iot-dead").get(1);
        assertThat(new String(marker.headers().lastHeader("millrace-detail").value(), UTF_8))
                .contains("failover");
    }

    @Test
    void connectItselfFindsWhatIsWrong() {
        Map<String, String> config = new HashMap<>(Map.of(
                "connector.class",
                IotHubSourceConnector.class.getName(),
                "topic",
                "iot",
                "iothub.connection.string",
                peer.connectionString(),
                "iothub.endpoint",
                "nowhere"));
        assertThat(rig.worker().client().validate(new ConnectorSpec("bad", config)))
                .containsOnlyKeys("iothub.connection.string", "iothub.endpoint")
                .satisfies(found -> assertThat(found.toString())
                        .contains("must have HostName", "HOST:PORT")
                        .doesNotContain("bWlsb"));
    }

    private void source() {
        rig.run(
                "iot",
                IotHubSourceConnector.class,
                Map.of(
                        "iothub.connection.string", peer.iotConnectionString("fleet"),
                        "iothub.endpoint", "localhost:" + peer.tlsPort(),
                        "iothub.retired.topic", "retired",
                        "eventhubs.dead.letters.topic", "iot-dead",
                        "eventhubs.on.loss", "continue",
                        "eventhubs.backoff.ms", "20",
                        "topic", "iot",
                        "tasks.max", "1"));
    }

    private List<String> keys(String topic) {
        return rig.read(1, topic).stream().map(record -> text(record.key())).toList();
    }

    private static Message message(
            String source,
            @Nullable String device,
            @Nullable String module,
            String body,
            Map<String, Object> properties) {
        Message message = Proton.message();
        Map<Symbol, Object> annotations = new HashMap<>();
        annotations.put(Symbol.valueOf("iothub-message-source"), source);
        if (device != null) {
            annotations.put(Symbol.valueOf("iothub-connection-device-id"), device);
        }
        if (module != null) {
            annotations.put(Symbol.valueOf("iothub-connection-module-id"), module);
        }
        message.setMessageAnnotations(new MessageAnnotations(annotations));
        message.setApplicationProperties(new ApplicationProperties(new HashMap<>(properties)));
        message.setBody(new Data(new Binary(body.getBytes(UTF_8))));
        return message;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
