package io.millrace.connectors.eventhubs;

import com.azure.core.amqp.models.AmqpAnnotatedMessage;
import com.azure.core.amqp.models.AmqpMessageProperties;
import com.azure.messaging.eventhubs.EventData;
import java.util.Map;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.jspecify.annotations.Nullable;

/** The headers of a record: what the hub knows, what the sender's AMQP library set, and what the sender added. */
final class EventHeaders {
    private static final String OWN = "eventhubs-";
    private static final String AMQP = "amqp-";
    private static final String SERVICE = "x-opt-";

    private final boolean any;
    private final boolean application;

    EventHeaders(SourceConfig config) {
        any = config.hasHeaders();
        application = config.hasApplicationHeaders();
    }

    Headers of(Item.Event event) {
        Headers headers = new ConnectHeaders();
        if (any) {
            EventData data = event.data();
            AmqpAnnotatedMessage message = data.getRawAmqpMessage();
            if (application) {
                message.getApplicationProperties().forEach((name, value) -> add(headers, name, value));
            }
            system(headers, event, data);
            standard(headers, message.getProperties());
            for (Map.Entry<String, Object> annotation :
                    message.getMessageAnnotations().entrySet()) {
                if (!annotation.getKey().startsWith(SERVICE)) {
                    add(headers, annotation.getKey(), annotation.getValue()); // IoT Hub's are among these
                }
            }
        }
        return headers;
    }

    private static void system(Headers headers, Item.Event event, EventData data) {
        add(headers, OWN + "partition", event.partition());
        add(headers, OWN + "sequence-number", data.getSequenceNumber());
        add(headers, OWN + "offset", data.getOffsetString());
        add(headers, OWN + "enqueued-time", data.getEnqueuedTime());
        add(headers, OWN + "partition-key", data.getPartitionKey());
    }

    private static void standard(Headers headers, AmqpMessageProperties properties) {
        add(headers, AMQP + "message-id", properties.getMessageId());
        add(headers, AMQP + "correlation-id", properties.getCorrelationId());
        add(headers, AMQP + "content-type", properties.getContentType());
        add(headers, AMQP + "content-encoding", properties.getContentEncoding());
        add(headers, AMQP + "creation-time", properties.getCreationTime());
        add(headers, AMQP + "expiry-time", properties.getAbsoluteExpiryTime());
        add(headers, AMQP + "subject", properties.getSubject());
        add(headers, AMQP + "to", properties.getTo());
        add(headers, AMQP + "reply-to", properties.getReplyTo());
        add(headers, AMQP + "user-id", properties.getUserId());
        add(headers, AMQP + "group-id", properties.getGroupId());
        add(headers, AMQP + "group-sequence", properties.getGroupSequence());
        add(headers, AMQP + "reply-to-group-id", properties.getReplyToGroupId());
    }

    static void add(Headers headers, String name, @Nullable Object value) {
        if (value != null) {
            headers.addBytes(name, AmqpText.bytes(value));
        }
    }
}
