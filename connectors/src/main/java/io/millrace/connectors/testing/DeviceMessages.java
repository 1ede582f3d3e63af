package io.millrace.connectors.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;

/** IoT Hub's {@code /messages/devicebound}, and its feedback. Links are touched on the loop's thread only. */
final class DeviceMessages {
    static final String ADDRESS = "messages/devicebound";
    static final String FEEDBACK = "messages/servicebound/feedback";
    private static final int MOST = 10_000;
    private static final int CREDIT = 50;
    private static final java.util.regex.Pattern TO =
            java.util.regex.Pattern.compile("/devices/([^/]+)(/modules/[^/]+)?/messages/devicebound");

    private final Deque<DeviceMessage> taken = new ConcurrentLinkedDeque<>();
    private final Deque<String> feedback = new ArrayDeque<>();
    private final Namespace namespace;

    DeviceMessages(Namespace namespace) {
        this.namespace = namespace;
    }

    /** Those sent so far, oldest first; the last 10,000. */
    List<DeviceMessage> taken() {
        return List.copyOf(taken);
    }

    PeerLink sends(Receiver receiver) {
        return new PeerLink() {
            @Override
            public Link link() {
                return receiver;
            }

            @Override
            public String path() {
                return ADDRESS;
            }

            @Override
            public void onOpen() {
                receiver.flow(CREDIT);
            }

            @Override
            public void onDelivery(Delivery delivery) {
                if (delivery.isReadable() && !delivery.isPartial()) {
                    byte[] bytes = PeerLink.take(receiver, delivery);
                    receiver.flow(1);
                    settle(delivery, bytes);
                }
            }
        };
    }

    private void settle(Delivery delivery, byte[] bytes) {
        Message message = Proton.message();
        message.decode(bytes, 0, bytes.length);
        java.util.regex.Matcher to = TO.matcher(String.valueOf(message.getAddress()));
        if (to.matches()) {
            take(to.group(1), message);
            delivery.disposition(Accepted.getInstance());
        } else {
            Rejected rejected = new Rejected();
            rejected.setError(AmqpError.condition(
                    AmqpError.NOT_FOUND, "to must be /devices/ID/messages/devicebound, got: " + message.getAddress()));
            delivery.disposition(rejected);
        }
        delivery.settle();
    }

    private void take(String device, Message message) {
        Map<String, Object> properties = message.getApplicationProperties() == null
                ? new HashMap<>()
                : new HashMap<>(message.getApplicationProperties().getValue());
        String id = message.getMessageId() == null ? null : String.valueOf(message.getMessageId());
        taken.add(new DeviceMessage(device, id, body(message), properties));
        if (taken.size() > MOST) {
            taken.poll();
        }
        String ack = String.valueOf(properties.get("iothub-ack"));
        if (ack.equals("full") || ack.equals("positive")) {
            feedback.add(
                    "[{\"originalMessageId\":\"" + id + "\",\"description\":\"Success\",\"statusCode\":\"Success\","
                            + "\"deviceId\":\"" + device + "\",\"enqueuedTimeUtc\":\"" + namespace.now() + "\"}]");
            if (feedback.size() > MOST) {
                feedback.poll();
            }
        }
    }

    private static String body(Message message) {
        return message.getBody() instanceof Data data
                ? UTF_8.decode(data.getValue().asByteBuffer()).toString()
                : "";
    }

    PeerLink feedback(Sender sender) {
        return new PeerLink() {
            @Override
            public Link link() {
                return sender;
            }

            @Override
            public String path() {
                return FEEDBACK;
            }

            @Override
            public void pump() {
                while (sender.getCredit() > 0 && !feedback.isEmpty()) {
                    Message message = Proton.message();
                    message.setContentType("application/vnd.microsoft.iothub.feedback.json");
                    message.setBody(new Data(new Binary(feedback.remove().getBytes(UTF_8))));
                    byte[] bytes = RequestNode.encoded(message);
                    Delivery delivery = sender.delivery(new byte[] {1});
                    sender.send(bytes, 0, bytes.length);
                    delivery.settle();
                    sender.advance();
                }
            }
        };
    }
}
