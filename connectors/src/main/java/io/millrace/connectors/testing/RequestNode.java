package io.millrace.connectors.testing;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Links to a node that answers requests ({@code $cbs}, {@code $management}): one on which they come, one on which the
 * answers go. Clients name the latter in {@code reply-to} by its target, or by its name. On the loop's thread only.
 */
final class RequestNode {
    private static final int MOST_WAITING = 1_024;
    private static final int CREDIT = 100;

    /** What to answer. */
    record Answer(
            int status,
            String description,
            @Nullable String condition,
            @Nullable Object body) {
        static Answer of(int status, String description) {
            return new Answer(status, description, null, null);
        }

        static Answer of(AmqpError error, int status) {
            return new Answer(
                    status,
                    error.condition().getDescription(),
                    error.condition().getCondition().toString(),
                    null);
        }
    }

    /** Works out an answer. */
    interface Handler {
        Answer answer(Map<String, Object> properties, @Nullable Object body);
    }

    private RequestNode() {}

    static PeerLink requests(String node, PeerConnection connection, Receiver receiver, Handler handler) {
        return new Requests(node, connection, receiver, handler);
    }

    static PeerLink replies(String node, Sender sender) {
        return new Replies(node, sender, new ArrayDeque<>());
    }

    private record Requests(String node, PeerConnection connection, Receiver receiver, Handler handler)
            implements PeerLink {
        @Override
        public Link link() {
            return receiver;
        }

        @Override
        public String path() {
            return "";
        }

        @Override
        public void onOpen() {
            receiver.flow(CREDIT);
        }

        @Override
        public void onDelivery(Delivery delivery) {
            if (!delivery.isReadable() || delivery.isPartial()) {
                return;
            }
            byte[] bytes = PeerLink.take(receiver, delivery);
            receiver.flow(1);
            delivery.disposition(Accepted.getInstance());
            delivery.settle();
            Message request = Proton.message();
            request.decode(bytes, 0, bytes.length);
            Map<String, Object> properties = request.getApplicationProperties() == null
                    ? Map.of()
                    : request.getApplicationProperties().getValue();
            Object body = request.getBody() instanceof AmqpValue value ? value.getValue() : null;
            reply(request, handler.answer(properties, body));
        }

        private void reply(Message request, Answer answer) {
            Map<String, Object> properties = new HashMap<>();
            properties.put("status-code", answer.status());
            properties.put("status-description", answer.description());
            if (answer.condition() != null) {
                properties.put("error-condition", Symbol.valueOf(answer.condition()));
            }
            Message response = Proton.message();
            response.setApplicationProperties(new ApplicationProperties(properties));
            response.setCorrelationId(
                    request.getMessageId() != null ? request.getMessageId() : request.getCorrelationId());
            response.setBody(new AmqpValue(answer.body()));
            byte[] bytes = encoded(response);
            Replies best = null;
            for (PeerLink link : connection.links()) {
                if (link instanceof Replies replies && replies.node.equals(node)) {
                    best = best == null || replies.isNamed(request.getReplyTo()) ? replies : best;
                }
            }
            if (best != null && best.waiting.size() < MOST_WAITING) {
                best.waiting.add(bytes);
                best.pump();
            }
        }
    }

    static byte[] encoded(Message message) {
        byte[] bytes = new byte[64 << 10];
        return Arrays.copyOf(bytes, message.encode(bytes, 0, bytes.length));
    }

    private record Replies(String node, Sender sender, Deque<byte[]> waiting) implements PeerLink {
        @Override
        public Link link() {
            return sender;
        }

        @Override
        public String path() {
            return "";
        }

        boolean isNamed(@Nullable String replyTo) {
            String target = sender.getRemoteTarget() instanceof Target remote ? remote.getAddress() : null;
            return replyTo != null && (replyTo.equals(target) || replyTo.equals(sender.getName()));
        }

        @Override
        public void pump() {
            while (!waiting.isEmpty() && sender.getCredit() > 0) {
                byte[] bytes = waiting.remove();
                Delivery delivery = sender.delivery(new byte[] {1});
                sender.send(bytes, 0, bytes.length);
                delivery.settle();
                sender.advance();
            }
        }
    }
}
