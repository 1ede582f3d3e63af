package io.millrace.connectors.iothub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connectors.alerts.Alert;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;

/** Makes messages to devices of alerts. */
final class DeviceMessages {
    private static final int LONGEST_ID = 128; // characters, by IoT Hub's rule

    private DeviceMessages() {}

    /**
     * An alert as a message.
     *
     * @param payload the alert as JSON, with its {@code id}
     */
    static Message of(DeviceId device, Alert alert, JsonNode payload, IotHubSinkConfig config) {
        Message message = Proton.message();
        message.setAddress(device.messagePath());
        message.setMessageId(id(payload.path("id").asText()));
        message.setContentType("application/json");
        message.setContentEncoding("utf-8");
        message.setExpiryTime(Instant.now().plus(config.messageLife()).toEpochMilli());
        Map<String, Object> properties = new HashMap<>();
        for (String member : new String[] {"rule", "state", "severity"}) {
            properties.put(member, alert.text(member));
        }
        properties.put("iothub-ack", config.messageAck());
        message.setApplicationProperties(new ApplicationProperties(properties));
        message.setBody(new Data(new Binary(payload.toString().getBytes(UTF_8))));
        return message;
    }

    /** The same for the same revision of an alert; of the characters that IoT Hub allows in an id. */
    private static String id(String alertAndRevision) {
        String id = alertAndRevision.replace('/', ':').replaceAll("[^A-Za-z0-9\\-:.+%_#*?!(),=@;$']", "_");
        return id.length() <= LONGEST_ID
                ? id
                : UUID.nameUUIDFromBytes(alertAndRevision.getBytes(UTF_8)).toString();
    }
}
