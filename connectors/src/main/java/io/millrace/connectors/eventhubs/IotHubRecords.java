package io.millrace.connectors.eventhubs;

import com.azure.messaging.eventhubs.EventData;
import io.millrace.connectors.delivery.Counts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Telemetry by its device; what IoT Hub itself has to say, to topics of its own. */
final class IotHubRecords extends Records {
    private static final String DEVICE = "iothub-connection-device-id";
    private static final String MODULE = "iothub-connection-module-id";
    private static final String SOURCE = "iothub-message-source";
    private static final String OPERATION = "opType";
    private static final Set<String> LIFECYCLE = Set.of("deviceLifecycleEvents", "moduleLifecycleEvents");
    private static final Set<Object> DELETED = Set.of("deleteDeviceIdentity", "deleteModuleIdentity");

    private final IotHubConfig config;
    private final Map<String, String> topics;
    private final String others;

    IotHubRecords(IotHubConfig config, Counts<SourceCount> metrics, String where) {
        super(config, metrics, where);
        this.config = config;
        topics = Map.of(
                "Telemetry", config.topic(),
                "twinChangeEvents", config.topicOf(IotHubConfig.TWINS, "-twins"),
                "deviceLifecycleEvents", config.topicOf(IotHubConfig.LIFECYCLE, "-lifecycle"),
                "moduleLifecycleEvents", config.topicOf(IotHubConfig.LIFECYCLE, "-lifecycle"),
                "deviceConnectionStateEvents", config.topicOf(IotHubConfig.CONNECTIONS, "-connections"));
        others = config.topicOf(IotHubConfig.OTHERS, "-others");
    }

    @Override
    @Nullable
    Poison poison(EventData data) {
        Poison poison = super.poison(data);
        return poison != null || key(data) != null
                ? poison
                : new Poison("no-device", "the message must have " + DEVICE + " or the property deviceId, has neither");
    }

    @Override
    void addEvent(Item.Event event, List<SourceRecord> into) {
        EventData data = event.data();
        String source = annotation(data, SOURCE);
        String key = key(data);
        boolean deleted = source != null
                && LIFECYCLE.contains(source)
                && DELETED.contains(data.getProperties().getOrDefault(OPERATION, ""));
        if (deleted && config.retired().isPresent()) {
            into.add(record(event, new Route(config.retired().get(), key), null));
        }
        String topic = source == null ? config.topic() : topics.getOrDefault(source, others);
        into.add(record(event, new Route(topic, key), data.getBody()));
    }

    /** {@code device}, or {@code device/module}. */
    private static @Nullable String key(EventData data) {
        String device = annotation(data, DEVICE);
        String module = annotation(data, MODULE);
        if (device == null && data.getProperties().get("deviceId") instanceof String told) {
            device = told;
            module = data.getProperties().get("moduleId") instanceof String part ? part : null;
        }
        return device == null || module == null ? device : device + '/' + module;
    }

    private static @Nullable String annotation(EventData data, String name) {
        Object value = data.getRawAmqpMessage().getMessageAnnotations().get(name);
        return value == null ? null : value.toString();
    }
}
