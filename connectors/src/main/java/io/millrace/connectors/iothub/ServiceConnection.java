package io.millrace.connectors.iothub;

import io.millrace.connectors.delivery.Lookup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.engine.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an IoT Hub's service side over AMQP, with TLS and the policy's key (SASL PLAIN), on one blocking
 * socket: bytes flow while somebody waits in {@link #await}, and at no other time. So a connection that nobody uses is
 * closed by the hub after some minutes.
 *
 * <p>Not thread-safe.
 */
public final class ServiceConnection implements AutoCloseable {
    /** The rule of a configuration's {@code HOST:PORT} to connect to instead of a hub's own. */
    public static final ConfigDef.Validator ENDPOINT = LambdaValidator.with(
            (key, value) -> {
                if (value instanceof String text && !text.matches("[A-Za-z0-9.-]+:\\d{1,5}")) {
                    throw new ConfigException(key, text, "must be HOST:PORT");
                }
            },
            () -> "HOST:PORT");

    private static final int AMQPS = 5_671;
    private static final int MAX_FRAME_SIZE = 65_536;
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final Transport transport = Proton.transport();
    private final Connection connection = Proton.connection();
    private final Session session;
    private final SSLSocket socket;
    private final byte[] buffer = new byte[MAX_FRAME_SIZE];

    private ServiceConnection(HubConnection hub, SSLSocket socket) {
        this.socket = socket;
        String host = hub.hostName();
        transport.setMaxFrameSize(MAX_FRAME_SIZE); // before sasl(), which takes it over
        Sasl sasl = transport.sasl();
        sasl.client();
        sasl.setRemoteHostname(host);
        sasl.plain(
                hub.keyName() + "@sas.root." + host.replaceFirst("\\..*", ""),
                Authorization.sign(hub, host, Instant.now().plus(TOKEN_LIFE)));
        connection.setHostname(host);
        connection.setContainer("millrace");
        transport.bind(connection);
        connection.open();
        session = connection.session();
        session.open();
    }

    /**
     * Connects. Nothing of AMQP has been said yet when this returns.
     *
     * @param endpoint {@code HOST:PORT} to connect to instead; null for the hub's own
     * @param patience how long that may take
     */
    public static ServiceConnection open(HubConnection hub, @Nullable String endpoint, Duration patience)
            throws IOException {
        String host = endpoint == null ? hub.hostName() : endpoint.substring(0, endpoint.lastIndexOf(':'));
        int port = endpoint == null ? AMQPS : Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        int millis = Math.toIntExact(patience.toMillis());
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(Lookup.of(host, patience), port), millis);
            plain.setSoTimeout(millis);
            SSLSocket socket =
                    (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new ServiceConnection(hub, socket);
        } catch (IOException e) {
            plain.close();
            throw e;
        } catch (GeneralSecurityException e) {
            plain.close();
            throw new IOException("this Java has no TLS", e);
        }
    }

    /** For links. They come to life in {@link #await}. */
    public Session session() {
        return session;
    }

    /**
     * Speaks with the hub until something has come about.
     *
     * @throws SocketTimeoutException if it does not within the time given
     * @throws IOException if the hub refuses the policy, or ends the connection
     */
    public void await(BooleanSupplier reached, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        write();
        while (!reached.getAsBoolean()) {
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new SocketTimeoutException("no answer within " + patience);
            }
            socket.setSoTimeout((int) leftMs);
            boolean ended = !read();
            write();
            if (transport.sasl().getOutcome() == Sasl.SaslOutcome.PN_SASL_AUTH) {
                throw new IOException("it refuses the policy or its key; ServiceConnect is required");
            }
            if (!reached.getAsBoolean() && (ended || connection.getRemoteState() == EndpointState.CLOSED)) {
                ErrorCondition why = connection.getRemoteCondition();
                throw new IOException("it has ended the connection: " + (why == null ? "" : why.getDescription()));
            }
        }
    }

    private void write() throws IOException {
        for (int pending = transport.pending(); pending > 0; pending = transport.pending()) {
            int count = Math.min(pending, buffer.length);
            transport.head().get(buffer, 0, count);
            socket.getOutputStream().write(buffer, 0, count);
            transport.pop(count);
        }
    }

    /** @return false at the end */
    private boolean read() throws IOException {
        int most = Math.min(transport.capacity(), buffer.length);
        if (most <= 0) {
            throw new IOException("it does not speak AMQP");
        }
        int count = socket.getInputStream().read(buffer, 0, most);
        if (count > 0) {
            transport.tail().put(buffer, 0, count);
            transport.process();
        }
        return count >= 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
