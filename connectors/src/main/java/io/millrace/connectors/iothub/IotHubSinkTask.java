package io.millrace.connectors.iothub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.alerts.Alert;
import io.millrace.connectors.delivery.Answer;
import io.millrace.connectors.delivery.DeliveringTask;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Tells each alert's device of it. An alert's revision makes this idempotent: a desired property that is set again stays
 * what it is; a method is not called again, and a message not sent again, for a revision that this task has seen to. After
 * a crash they may be, with the same {@code id}, by which a device can tell.
 */
public final class IotHubSinkTask extends DeliveringTask {
    private static final int REMEMBERED = 100_000;

    private final Map<String, Integer> revisions = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };
    private @Nullable IotHubSinkConfig config;
    private @Nullable ServiceClient client;
    private @Nullable DeviceMessenger messenger;

    @Override
    public void start(Map<String, String> values) {
        IotHubSinkConfig read = new IotHubSinkConfig(values);
        begin(read.patience());
        config = read;
        client = read.client();
        messenger = read.messenger(read.patience().timeout());
    }

    @Override
    protected Answer deliver(SinkRecord record) throws InterruptedException {
        if (record.value() == null) { // the alert is forgotten, and its revisions begin anew
            byte[] key = Alert.bytes(record.key());
            revisions.remove(key == null ? "" : new String(key, UTF_8));
            return new Answer.Nothing();
        }
        Optional<Alert> read = Alert.read(record)
                .filter(alert -> alert.notifies() && !alert.json().has("storm")); // that is of no one device
        if (read.isEmpty()) {
            return new Answer.Nothing();
        }
        Alert alert = read.get();
        int revision = alert.json().path("revision").asInt();
        if (revisions.getOrDefault(alert.key(), 0) >= revision && revision > 0) {
            return new Answer.Nothing();
        }
        Answer answer = act(alert, revision);
        if (!(answer instanceof Answer.Unavailable)) {
            revisions.put(alert.key(), revision);
        }
        return answer;
    }

    private Answer act(Alert alert, int revision) throws InterruptedException {
        if (alert.text("device").isEmpty()) {
            throw new DataException("an alert must name its device, got none in: " + alert.key());
        }
        IotHubSinkConfig chosen = Objects.requireNonNull(config);
        ServiceClient hub = Objects.requireNonNull(client);
        DeviceId device = DeviceId.parse(alert.text("device"));
        return switch (chosen.action()) {
            case METHOD -> hub.invoke(device, chosen.method(), payload(alert, revision), chosen.methodTimeout());
            case DESIRED -> hub.patchDesired(device, desired(alert, chosen.property()));
            case MESSAGE ->
                Objects.requireNonNull(messenger)
                        .send(DeviceMessages.of(device, alert, payload(alert, revision), chosen));
        };
    }

    private static ObjectNode payload(Alert alert, int revision) {
        ObjectNode payload = ((ObjectNode) alert.json()).deepCopy();
        return payload.put("id", alert.key() + '/' + revision);
    }

    @Override
    public void stop() {
        super.stop();
        if (messenger != null) {
            messenger.close();
        }
    }

    /** What a device needs to act; a twin has room for 32 KB in all. */
    private static ObjectNode desired(Alert alert, String property) {
        ObjectNode desired = JsonNodeFactory.instance.objectNode();
        ObjectNode rule =
                desired.putObject(property).putObject(alert.text("rule").replace('.', '_'));
        for (String member : new String[] {"state", "severity", "since", "revision"}) {
            rule.set(
                    member,
                    alert.json().path(member).isMissingNode()
                            ? null
                            : alert.json().path(member));
        }
        return desired;
    }
}
