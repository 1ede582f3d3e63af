package io.millrace.connectors.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedShort;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.jspecify.annotations.Nullable;

/** Finds out from its address what a link is for. On the loop's thread only. */
final class LinkRouter {
    private static final String CBS = "$cbs";
    private static final String MANAGEMENT = "$management";
    private static final Pattern READER =
            Pattern.compile("([^/]+)/ConsumerGroups/([^/]+)/Partitions/([^/]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern WRITER = Pattern.compile("([^/$]+)(?:/Partitions/([^/]+))?", Pattern.CASE_INSENSITIVE);
    private static final String IOT_EVENTS = "messages/events/";

    private final Namespace namespace;
    private final DeviceMessages devices;
    private final int port;
    private final boolean tls;
    private final Runnable onAppend;

    LinkRouter(Namespace namespace, DeviceMessages devices, int port, boolean tls, Runnable onAppend) {
        this.namespace = namespace;
        this.devices = devices;
        this.port = port;
        this.tls = tls;
        this.onAppend = onAppend;
    }

    PeerLink attach(PeerConnection connection, Link link) throws AmqpError {
        PeerLink attached = link instanceof Sender sender ? outgoing(connection, sender) : incoming(connection, link);
        if (!attached.path().isEmpty() && !connection.authority().allows(attached.path())) {
            attached.onGone();
            throw unauthorized(attached.path());
        }
        link.setSource(link.getRemoteSource());
        link.setTarget(link.getRemoteTarget());
        link.setSenderSettleMode(link.getRemoteSenderSettleMode());
        link.setReceiverSettleMode(link.getRemoteReceiverSettleMode());
        return attached;
    }

    static AmqpError unauthorized(String path) {
        return new AmqpError(
                AmqpError.UNAUTHORIZED,
                "Unauthorized access. 'Send' or 'Listen' claim(s) are required to perform this operation. Resource: '"
                        + path + "'.");
    }

    private PeerLink outgoing(PeerConnection connection, Sender sender) throws AmqpError {
        String address = path(sender.getRemoteSource() instanceof Source source ? source.getAddress() : null);
        Matcher reader = READER.matcher(address);
        if (address.startsWith(IOT_EVENTS)) {
            throw redirect(sender.getSession().getConnection().getRemoteHostname(), address);
        }
        if (address.equals(CBS) || isManagement(address)) {
            return RequestNode.replies(address, sender);
        }
        if (address.equalsIgnoreCase(DeviceMessages.FEEDBACK)) {
            return devices.feedback(sender);
        }
        if (reader.matches()) {
            return new ReaderLink(
                    namespace,
                    connection,
                    sender,
                    new ReaderLink.ReaderAddress(reader.group(1), reader.group(2), reader.group(3)));
        }
        throw notFound(address);
    }

    private PeerLink incoming(PeerConnection connection, Link link) throws AmqpError {
        Receiver receiver = (Receiver) link;
        String address = path(link.getRemoteTarget() instanceof Target target ? target.getAddress() : null);
        Authority authority = connection.authority();
        if (address.equals(CBS)) {
            return RequestNode.requests(address, connection, receiver, cbs(authority));
        }
        if (isManagement(address)) {
            return RequestNode.requests(address, connection, receiver, new Management(namespace, authority));
        }
        if (address.equalsIgnoreCase(DeviceMessages.ADDRESS)) {
            return devices.sends(receiver);
        }
        Matcher writer = WRITER.matcher(address);
        if (writer.matches()) {
            return new WriterLink(namespace, receiver, namespace.hub(writer.group(1)), writer.group(2), onAppend);
        }
        throw notFound(address);
    }

    private static boolean isManagement(String address) {
        return address.equals(MANAGEMENT) || address.endsWith('/' + MANAGEMENT);
    }

    private static RequestNode.Handler cbs(Authority authority) {
        return (properties, body) -> {
            if (!"put-token".equals(properties.get("operation"))) {
                return RequestNode.Answer.of(400, "Only put-token is known here");
            }
            try {
                authority.put(
                        String.valueOf(properties.get("type")),
                        String.valueOf(body),
                        String.valueOf(properties.get("name")));
                return RequestNode.Answer.of(202, "Accepted");
            } catch (Tokens.Refused refused) {
                return RequestNode.Answer.of(
                        new AmqpError(AmqpError.UNAUTHORIZED, String.valueOf(refused.getMessage())), 401);
            }
        };
    }

    /** IoT Hub does not serve its events itself: it sends readers to the hub behind it. */
    private AmqpError redirect(@Nullable String host, String address) throws AmqpError {
        String iotHub = namespace.iotHub(host);
        String hub = iotHub == null ? null : namespace.iotHubs().get(iotHub);
        if (hub == null) {
            throw notFound(address);
        }
        String rest = address.substring(IOT_EVENTS.length());
        Map<Symbol, Object> info = new HashMap<>();
        info.put(Symbol.valueOf("hostname"), "localhost");
        info.put(Symbol.valueOf("network-host"), "localhost");
        info.put(Symbol.valueOf("port"), UnsignedShort.valueOf((short) port));
        info.put(Symbol.valueOf("address"), (tls ? "amqps" : "amqp") + "://localhost:" + port + '/' + hub + '/' + rest);
        return new AmqpError(AmqpError.REDIRECT, "Link redirected", info);
    }

    private static AmqpError notFound(String address) {
        return new AmqpError(AmqpError.NOT_FOUND, "The messaging entity '" + address + "' could not be found.");
    }

    private static String path(@Nullable String address) {
        return address == null
                ? ""
                : address.replaceFirst("^amqps?://[^/]*", "").replaceAll("^/+", "");
    }
}
