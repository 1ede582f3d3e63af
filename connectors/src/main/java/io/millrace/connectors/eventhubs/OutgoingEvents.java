package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.azure.core.amqp.AmqpMessageConstant;
import com.azure.core.amqp.models.AmqpAddress;
import com.azure.core.amqp.models.AmqpMessageId;
import com.azure.core.amqp.models.AmqpMessageProperties;
import com.azure.messaging.eventhubs.EventData;
import io.millrace.connectors.alerts.Alert;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/** Makes events of records: what {@link EventHeaders} does the other way round. */
final class OutgoingEvents {
    private static final String HUBS_OWN = "eventhubs-"; // the hub knows these better
    private static final String CLOUD_EVENT = "ce_";
    private static final String AMQP_CLOUD_EVENT = "cloudEvents_"; // AMQP binding 1.0.2 of CloudEvents, 3.1.3
    private static final Map<String, BiConsumer<AmqpMessageProperties, String>> PROPERTIES = Map.ofEntries(
            Map.entry("content-type", AmqpMessageProperties::setContentType),
            Map.entry("amqp-content-type", AmqpMessageProperties::setContentType),
            Map.entry("amqp-content-encoding", AmqpMessageProperties::setContentEncoding),
            Map.entry("amqp-message-id", (to, text) -> to.setMessageId(new AmqpMessageId(text))),
            Map.entry("amqp-correlation-id", (to, text) -> to.setCorrelationId(new AmqpMessageId(text))),
            Map.entry("amqp-creation-time", (to, text) -> to.setCreationTime(OffsetDateTime.parse(text))),
            Map.entry("amqp-expiry-time", (to, text) -> to.setAbsoluteExpiryTime(OffsetDateTime.parse(text))),
            Map.entry("amqp-subject", AmqpMessageProperties::setSubject),
            Map.entry("amqp-to", (to, text) -> to.setTo(new AmqpAddress(text))),
            Map.entry("amqp-reply-to", (to, text) -> to.setReplyTo(new AmqpAddress(text))),
            Map.entry("amqp-user-id", (to, text) -> to.setUserId(text.getBytes(UTF_8))),
            Map.entry("amqp-group-id", AmqpMessageProperties::setGroupId),
            Map.entry("amqp-group-sequence", (to, text) -> to.setGroupSequence(Long.valueOf(text))),
            Map.entry("amqp-reply-to-group-id", AmqpMessageProperties::setReplyToGroupId));

    private static final String PARTITION_KEY = AmqpMessageConstant.PARTITION_KEY_ANNOTATION_NAME.getValue();

    private final boolean withHeaders;
    private final boolean withKeys;

    /** @param withKeys whether each event bears its partition key itself, since its batch has none */
    OutgoingEvents(boolean withHeaders, boolean withKeys) {
        this.withHeaders = withHeaders;
        this.withKeys = withKeys;
    }

    /**
     * A record as an event. One without a value has an empty body, which the hub's own compaction takes for a deletion.
     *
     * @throws DataException if key or value are neither bytes nor text, or the key cannot be a partition key
     */
    EventData of(SinkRecord record) {
        byte[] value = Alert.bytes(record.value());
        EventData event = new EventData(value == null ? new byte[0] : value);
        AmqpMessageProperties properties = event.getRawAmqpMessage().getProperties();
        // The same for a record that is sent again, so that readers can tell.
        properties.setMessageId(
                new AmqpMessageId(record.topic() + '/' + record.kafkaPartition() + '/' + record.kafkaOffset()));
        String key = withKeys ? Lane.key(record) : null;
        if (key != null) {
            event.getRawAmqpMessage().getMessageAnnotations().put(PARTITION_KEY, key);
        }
        if (withHeaders) {
            for (Header header : record.headers()) {
                Object converted = AmqpText.property(header.value());
                if (converted != null
                        && !header.key().startsWith(HUBS_OWN)
                        && !set(properties, header.key(), converted)) {
                    event.getProperties().put(name(header.key()), converted);
                }
            }
        }
        return event;
    }

    /** @return whether it is one of the message's own properties */
    private static boolean set(AmqpMessageProperties properties, String name, Object value) {
        BiConsumer<AmqpMessageProperties, String> setter = PROPERTIES.get(name);
        if (setter == null) {
            return false;
        }
        try {
            setter.accept(properties, String.valueOf(value));
            return true;
        } catch (DateTimeException | IllegalArgumentException e) {
            return false; // not what its name says
        }
    }

    private static String name(String header) {
        return header.startsWith(CLOUD_EVENT) ? AMQP_CLOUD_EVENT + header.substring(CLOUD_EVENT.length()) : header;
    }
}
