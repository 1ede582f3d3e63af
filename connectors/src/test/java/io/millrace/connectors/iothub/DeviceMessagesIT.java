package io.millrace.connectors.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.delivery.FakeSinkContext;
import io.millrace.connectors.testing.DeviceMessage;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages to devices, over AMQP and TLS. */
@Timeout(180)
class DeviceMessagesIT {
    private final FakeSinkContext context = new FakeSinkContext();
    private final IotHubSinkTask task = new IotHubSinkTask();
    private final SSLContext before = SSLContext.getDefault();
    private final EventHubsPeer peer;
    private int offset;

    DeviceMessagesIT() throws Exception {
        peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of("events", 1)).withIotHub("fleet", "events"));
        SSLContext.setDefault(peer.clientTls());
    }

    @AfterEach
    void stop() {
        task.stop();
        peer.close();
        SSLContext.setDefault(before);
    }

    private void start(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "iothub.connection.string",
                peer.iotConnectionString("fleet"),
                "iothub.amqp.endpoint",
                "localhost:" + peer.tlsPort(),
                "iothub.action",
                "message",
                "iothub.backoff.ms",
                "1"));
        config.putAll(more);
        task.initialize(context);
        task.start(config);
    }

    private SinkRecord alert(String device, int revision, String more) {
        String json =
                "{\"device\":\"%s\",\"rule\":\"wear\",\"state\":\"FIRING\",\"severity\":\"critical\",\"revision\":%d%s}"
                        .formatted(device, revision, more);
        return new SinkRecord("alerts", 0, null, device + "/wear", null, json, offset++);
    }

    @Test
    void eachRevisionIsSentToItsDeviceOnce() {
        start(Map.of("iothub.message.ack", "full"));

        // When
        task.put(List.of(alert("pump 1", 1, ""), alert("pump 1", 1, ""), alert("edge/modbus", 1, "")));
        task.put(List.of(alert("pump 1", 2, ",\"notify\":false"), alert("pump 1", 3, "")));

        // Then
        assertThat(peer.deviceMessages())
                .extracting(DeviceMessage::device, DeviceMessage::id)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("pump%201", "pump_1:wear:1"),
                        org.assertj.core.groups.Tuple.tuple("edge", "edge:modbus:wear:1"),
                        org.assertj.core.groups.Tuple.tuple("pump%201", "pump_1:wear:3"));
        DeviceMessage last = peer.deviceMessages().get(2);
        assertThat(last.body()).contains("\"state\":\"FIRING\"", "\"id\":\"pump 1/wear/3\"");
        assertThat(last.properties())
                .containsEntry("severity", "critical")
                .containsEntry("state", "FIRING")
                .containsEntry("iothub-ack", "full");
    }

    @Test
    void aBrokenConnectionIsMadeAgainAndWhatIsTooLargeKeepsNobodyWaiting() {
        start(Map.of());
        task.put(List.of(alert("a", 1, "")));

        // When
        peer.faults().dropAll();
        List<SinkRecord> records =
                List.of(alert("a", 2, ",\"evidence\":\"" + "x".repeat(70_000) + "\""), alert("a", 3, ""));
        assertThatThrownBy(() -> task.put(records))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("IoT Hub fleet.azure-devices.net cannot be reached");
        task.put(records);

        // Then
        assertThat(peer.deviceMessages()).extracting(DeviceMessage::id).containsExactly("a:wear:1", "a:wear:3");
        assertThat(context.buried).singleElement().asString().contains("at most 65536 bytes");
    }

    @Test
    void aWrongKeyIsToldOfWithoutIt() {
        start(
                Map.of(
                        "iothub.connection.string",
                        "HostName=fleet.azure-devices.net;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=d3Jvbmc="));

        assertThatThrownBy(() -> task.put(List.of(alert("a", 1, ""))))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("refuses the policy or its key")
                .hasMessageNotContaining("d3Jvbmc");
        assertThat(context.buried).isEmpty();
    }
}
