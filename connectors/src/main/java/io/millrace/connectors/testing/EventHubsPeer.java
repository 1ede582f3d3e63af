package io.millrace.connectors.testing;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * An Event Hubs namespace, and IoT Hubs before it, in this process: AMQP 1.0 on loopback, with and without TLS. It keeps
 * everything in memory, within the bounds of its hubs. Official clients work against it.
 *
 * <p>All AMQP happens on one thread ({@link EventLoop}); {@link PeerConnection} is a client's connection,
 * {@link LinkRouter} decides what a link is for, {@link PartitionLog} keeps events.
 *
 * <p>Thread-safe.
 */
public final class EventHubsPeer implements AutoCloseable {
    private static final int SMALL_BYTES = 4_096;

    private final PeerOptions options;
    private final Namespace namespace;
    private final DeviceMessages devices;
    private final Tokens tokens;
    private final SelfSigned certificate;
    private final EventLoop loop;
    private final Faults faults;
    private final int port;
    private final int tlsPort;
    private @Nullable WebSocketGate gate;

    private EventHubsPeer(PeerOptions options) throws IOException {
        this.options = options;
        namespace = new Namespace(options);
        devices = new DeviceMessages(namespace);
        tokens = new Tokens(options.keyName(), options.key());
        loop = new EventLoop(this::onTick);
        port = listen(options.port(), null);
        certificate = SelfSigned.make();
        tlsPort = options.tlsPort() < 0 ? -1 : listen(options.tlsPort(), certificate.server());
        faults = new Faults(namespace, loop);
        loop.start();
    }

    /** @throws IOException if a port is taken, or no certificate can be made */
    public static EventHubsPeer start(PeerOptions options) throws IOException {
        return new EventHubsPeer(options);
    }

    private int listen(int wanted, @Nullable SSLContext tls) throws IOException {
        int[] bound = new int[1];
        bound[0] = loop.listen(wanted, channel -> {
            LinkRouter router = new LinkRouter(namespace, devices, bound[0], tls != null, loop::wake);
            return new PeerConnection(channel, tls, new Authority(tokens, options.clock()), router);
        });
        return bound[0];
    }

    /** Time passes: what is too old goes, and so do links whose tokens have expired. */
    private void onTick() {
        namespace.retain();
        for (PeerConnection connection : loop.connections()) {
            for (PeerLink link : connection.links()) {
                if (!link.path().isEmpty() && !connection.authority().allows(link.path())) {
                    connection.detach(
                            link, AmqpError.condition(AmqpError.UNAUTHORIZED, "ExpiredToken: The token is expired."));
                }
            }
        }
    }

    /** Where it listens without TLS. */
    public int port() {
        return port;
    }

    /** Where it listens with TLS; -1 if it does not. */
    public int tlsPort() {
        return tlsPort;
    }

    /**
     * Opens a port for AMQP over web sockets, with TLS, and tells it.
     *
     * @throws IOException if none is free
     */
    public synchronized int webSocketPort() throws IOException {
        WebSocketGate open = gate == null ? new WebSocketGate(certificate.server(), port) : gate;
        gate = open;
        return open.port();
    }

    /** For clients without TLS: they take the peer for Microsoft's emulator. */
    public String connectionString() {
        return "Endpoint=sb://localhost:" + port + ";SharedAccessKeyName=" + options.keyName() + ";SharedAccessKey="
                + options.key() + ";UseDevelopmentEmulator=true;";
    }

    /** For clients with TLS, which must be told of {@link #tlsPort()}, and trust {@link #certificatePem()}. */
    public String tlsConnectionString() {
        return "Endpoint=sb://localhost/;SharedAccessKeyName=" + options.keyName() + ";SharedAccessKey="
                + options.key();
    }

    /** Of one of its IoT Hubs, as the portal shows it. */
    public String iotConnectionString(String iotHub) {
        if (!namespace.iotHubs().containsKey(iotHub)) {
            throw new IllegalArgumentException("must name an IoT Hub of the peer, got: " + iotHub);
        }
        return "HostName=" + iotHub + ".azure-devices.net;SharedAccessKeyName=" + options.keyName()
                + ";SharedAccessKey=" + options.key();
    }

    /** For clients in this Java: trusts the peer's certificate alone. */
    public SSLContext clientTls() {
        return certificate.client();
    }

    public String certificatePem() {
        return certificate.pem();
    }

    /** Takes this bearer token for a valid one of Entra ID. */
    public void acceptBearer(String token) {
        tokens.acceptBearer(token);
    }

    public Faults faults() {
        return faults;
    }

    /**
     * Puts an event into a partition, without AMQP.
     *
     * @return its sequence number
     */
    public long put(String hub, int partition, @Nullable String key, byte[] body, Map<String, Object> properties) {
        Message message = Proton.message();
        message.setBody(new Data(new Binary(body)));
        if (!properties.isEmpty()) {
            message.setApplicationProperties(new ApplicationProperties(new HashMap<>(properties)));
        }
        return put(hub, partition, key, message);
    }

    /**
     * Puts any message into a partition, without AMQP: with annotations, say, that only IoT Hub sets.
     *
     * @return its sequence number
     */
    public long put(String hub, int partition, @Nullable String key, Message message) {
        byte[] bytes = encoded(message);
        long sequence = log(hub, partition).append(bytes, key, namespace.now().toEpochMilli());
        loop.wake();
        return sequence;
    }

    /** Most events are small: the largest buffer is for those that are not. */
    private static byte[] encoded(Message message) {
        for (int size = SMALL_BYTES; ; size = WriterLink.MAX_MESSAGE_BYTES) {
            byte[] buffer = new byte[size];
            try {
                return Arrays.copyOf(buffer, message.encode(buffer, 0, size));
            } catch (BufferOverflowException e) {
                if (size == WriterLink.MAX_MESSAGE_BYTES) {
                    throw new IllegalArgumentException("an event must have at most " + size + " bytes", e);
                }
            }
        }
    }

    /** The events that a partition keeps, oldest first, from a sequence number on. */
    public List<Message> events(String hub, int partition, long from) {
        PartitionLog log = log(hub, partition);
        List<Message> events = new ArrayList<>();
        for (PartitionLog.Slice slice = log.at(from); slice != null; slice = log.at(slice.sequence + 1)) {
            Message message = Proton.message();
            message.decode(slice.bytes, slice.from, slice.length);
            if (message.getMessageAnnotations() == null) {
                message.setMessageAnnotations(new MessageAnnotations(Map.of()));
            }
            events.add(message);
        }
        return events;
    }

    /** The sequence number of the last event of a partition; -1 before the first. */
    public long last(String hub, int partition) {
        return log(hub, partition).state().last();
    }

    /** Drops the events before this one, as retention does. */
    public void trim(String hub, int partition, long before) {
        log(hub, partition).trim(before);
    }

    public void addPartitions(String hub, int count) {
        hub(hub).addPartitions(count);
    }

    /** Makes a hub, or makes it anew: empty, and with sequence numbers from 0. */
    public void create(HubSpec spec) {
        loop.call(() -> {
            namespace.create(spec);
            namespace.readers().stream()
                    .filter(reader -> reader.path().startsWith(spec.name() + '/'))
                    .forEach(reader -> reader.connection()
                            .detach(reader, AmqpError.condition(AmqpError.NOT_FOUND, "The hub has been removed.")));
            return 0;
        });
    }

    /** Puts another hub behind an IoT Hub's endpoint, as a failover does, and ends all connections. */
    public void failOver(String iotHub, String hub) {
        hub(hub);
        namespace.iotHubs().put(iotHub, hub);
        faults.dropAll();
    }

    /** How often anybody has attached to a partition to read it. */
    public long attaches(String hub, int partition) {
        return namespace.attaches(hub, Integer.toString(partition));
    }

    /** How many read a partition now. */
    public int readers(String hub, int partition) {
        return loop.call(() -> (int) namespace.readers().stream()
                .filter(reader -> reader.key().equals(Namespace.key(hub, Integer.toString(partition))))
                .count());
    }

    /** What was sent to devices, oldest first; the last 10,000. */
    public List<DeviceMessage> deviceMessages() {
        return devices.taken();
    }

    private Hub hub(String name) {
        try {
            return namespace.hub(name);
        } catch (AmqpError e) {
            throw new IllegalArgumentException("must name a hub of the peer, got: " + name, e);
        }
    }

    private PartitionLog log(String hub, int partition) {
        return Objects.requireNonNull(
                hub(hub).partition(Integer.toString(partition)), "no partition " + partition + " in hub " + hub);
    }

    @Override
    public synchronized void close() {
        if (gate != null) {
            gate.close();
        }
        loop.close();
    }
}
