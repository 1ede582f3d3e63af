package io.millrace.connectors.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.delivery.DeliveryCount;
import io.millrace.connectors.delivery.FakeSinkContext;
import io.millrace.connectors.iothub.HubServer.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class IotHubSinkTaskTest {
    private final FakeSinkContext context = new FakeSinkContext();
    private int offset;

    private IotHubSinkTask start(HubServer hub, Map<String, String> more) {
        Map<String, String> config =
                new HashMap<>(Map.of("iothub.connection.string", HubServer.CONNECTION, "iothub.endpoint", hub.url()));
        config.putAll(more);
        IotHubSinkTask task = new IotHubSinkTask();
        task.initialize(context);
        task.start(config);
        return task;
    }

    private SinkRecord alert(String device, int revision, boolean notify) {
        String json =
                "{\"device\":\"%s\",\"rule\":\"wear\",\"state\":\"FIRING\",\"severity\":\"critical\",\"since\":5,\"revision\":%d,\"notify\":%b}"
                        .formatted(device, revision, notify);
        return new SinkRecord("alerts", 0, null, device + "/wear", null, json, offset++);
    }

    @Test
    void callsAMethodOnceForEachRevision() throws Exception {
        try (HubServer hub = new HubServer(request -> new Reply(200, "{\"status\":200,\"payload\":{}}"))) {
            IotHubSinkTask task = start(hub, Map.of("iothub.method.name", "slow-down"));

            task.put(List.of(alert("pump 1", 1, true), alert("pump 1", 1, true), alert("edge/modbus", 1, true)));
            task.put(List.of(alert("pump 1", 2, false), alert("pump 1", 3, true)));

            assertThat(hub.requests())
                    .extracting(request -> request.replaceAll("\\?.*", ""))
                    .containsExactly(
                            "POST /twins/pump%201/methods",
                            "POST /twins/edge/modules/modbus/methods", "POST /twins/pump%201/methods");
            assertThat(hub.requests().get(2))
                    .contains("api-version=2021-04-12", "\"methodName\":\"slow-down\"", "\"id\":\"pump 1/wear/3\"");
            assertThat(context.buried).isEmpty();
            // A revision that comes again, and one that nobody is to be told of, are delivered to nobody.
            assertThat(context.count(DeliveryCount.DELIVERED)).isEqualTo(3);
        }
    }

    @Test
    void oneDeviceThatIsAwayKeepsNobodyWaiting() throws Exception {
        try (HubServer hub = new HubServer(request -> request.contains("/away/")
                ? new Reply(404, "{\"Message\":\"ErrorCode:DeviceNotOnline\"}")
                : request.contains("/slow/")
                        ? new Reply(504, "{\"Message\":\"ErrorCode:GatewayTimeout\"}")
                        : new Reply(200, request.contains("/wrong/") ? "{\"status\":501}" : "{\"status\":200}"))) {
            IotHubSinkTask task = start(hub, Map.of());

            task.put(List.of(
                    alert("away", 1, true), alert("slow", 1, true), alert("wrong", 1, true), alert("here", 1, true)));

            assertThat(hub.requests()).hasSize(4);
            assertThat(context.buried)
                    .satisfiesExactly(
                            why -> assertThat(why).contains("404", "DeviceNotOnline"),
                            why -> assertThat(why).contains("device slow does not answer"),
                            why -> assertThat(why).contains("device wrong answers method millrace-alert with 501"));
            assertThat(context.count(DeliveryCount.DELIVERED)).isEqualTo(1);
            assertThat(context.count(DeliveryCount.FAILED)).isEqualTo(3);
            assertThat(context.count(DeliveryCount.DELIVERIES)).isEqualTo(1);
        }
    }

    @Test
    void throttlingIsObeyedAndNothingIsSentTwice() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (HubServer hub =
                new HubServer(request -> new Reply(count.incrementAndGet() == 2 ? 429 : 200, "{\"status\":200}"))) {
            IotHubSinkTask task = start(hub, Map.of("iothub.backoff.ms", "7"));
            List<SinkRecord> records = List.of(alert("a", 1, true), alert("b", 1, true));

            assertThatThrownBy(() -> task.put(records)).isInstanceOf(RetriableException.class);
            assertThat(context.timeoutMs).isEqualTo(7);
            task.put(records);

            assertThat(hub.requests())
                    .extracting(request -> request.replaceAll("/methods.*", ""))
                    .containsExactly("POST /twins/a", "POST /twins/b", "POST /twins/b");
        }
    }

    @Test
    void setsADesiredProperty() throws Exception {
        try (HubServer hub = new HubServer(request -> new Reply(200, "{}"))) {
            IotHubSinkTask task = start(hub, Map.of("iothub.action", "desired"));

            task.put(List.of(alert("a", 1, true)));

            assertThat(hub.requests())
                    .containsExactly(
                            "PATCH /twins/a?api-version=2021-04-12 {\"properties\":{\"desired\":{\"millraceAlerts\":"
                                    + "{\"wear\":{\"state\":\"FIRING\",\"severity\":\"critical\",\"since\":5,\"revision\":1}}}}}");
        }
    }

    @Test
    void connectItselfFindsTimesThatDoNotFit() {
        Map<String, String> config =
                Map.of("iothub.connection.string", HubServer.CONNECTION, "iothub.method.timeout.ms", "20000");

        assertThat(new IotHubSinkConnector().validate(config).configValues())
                .flatExtracting(value -> value.errorMessages())
                .containsExactly("iothub.method.timeout.ms must be less than iothub.timeout.ms, got: 20000 and 10000");
    }

    @Test
    void aConnectionStringThatCannotBeUsedIsToldWithoutItsKey() {
        assertThatThrownBy(() -> HubConnection.parse(
                        "iothub.connection.string", "HostName=h;DeviceId=d;SharedAccessKey=c2VjcmV0"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must have SharedAccessKeyName, got: [DeviceId, HostName, SharedAccessKey]")
                .hasMessageNotContaining("c2VjcmV0");
        assertThat(HubConnection.parse("iothub.connection.string", HubServer.CONNECTION))
                .hasToString("test.azure-devices.net as service");
    }
}
