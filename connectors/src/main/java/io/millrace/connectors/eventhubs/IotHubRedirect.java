package io.millrace.connectors.eventhubs;

import io.millrace.connectors.iothub.Authorization;
import io.millrace.connectors.iothub.HubConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Collector;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.engine.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Finds the event hub behind an IoT Hub: who attaches to {@code messages/events/$management} there is sent on with
 * {@code amqp:link:redirect}, which the SDK does not follow. One link on one blocking socket, then it is gone.
 */
final class IotHubRedirect {
    private static final int AMQPS = 5_671;
    private static final int MAX_FRAME_SIZE = 65_536;
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(5);
    private static final Symbol REDIRECT = Symbol.valueOf("amqp:link:redirect");

    /** An event hub. */
    record Target(String host, int port, String hub) {}

    private final Transport transport = Proton.transport();
    private final Connection connection = Proton.connection();
    private final Receiver receiver;

    private IotHubRedirect(HubConnection iotHub) {
        String host = iotHub.hostName();
        transport.setMaxFrameSize(MAX_FRAME_SIZE);
        Sasl sasl = transport.sasl();
        sasl.client();
        sasl.setRemoteHostname(host);
        sasl.plain(
                iotHub.keyName() + "@sas.root." + host.replaceFirst("\\..*", ""),
                Authorization.sign(
                        iotHub, host + "/messages/events", Instant.now().plus(TOKEN_LIFE)));
        connection.setHostname(host);
        connection.setContainer("millrace");
        connection.collect(Collector.Factory.create());
        transport.bind(connection);
        connection.open();
        Session session = connection.session();
        session.open();
        receiver = session.receiver("millrace-redirect");
        Source source = new Source();
        source.setAddress("amqps://" + host + "/messages/events/$management");
        receiver.setSource(source);
        receiver.setTarget(new org.apache.qpid.proton.amqp.messaging.Target());
        receiver.open();
    }

    /**
     * Asks. Blocks up to the time given.
     *
     * @param endpoint {@code HOST:PORT} to connect to instead; null for the IoT Hub's own
     * @throws ConnectException if it does not tell
     */
    static Target ask(HubConnection iotHub, @Nullable String endpoint, Duration patience) {
        String host = endpoint == null ? iotHub.hostName() : endpoint.substring(0, endpoint.lastIndexOf(':'));
        int port = endpoint == null ? AMQPS : Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        try (Socket plain = new Socket()) {
            int millis = (int) patience.toMillis();
            plain.connect(new InetSocketAddress(host, port), millis);
            plain.setSoTimeout(millis);
            SSLSocketFactory tls = SSLContext.getDefault().getSocketFactory();
            try (SSLSocket socket = (SSLSocket) tls.createSocket(plain, host, port, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                return new IotHubRedirect(iotHub).speak(socket, System.nanoTime() + patience.toNanos());
            }
        } catch (SocketTimeoutException e) {
            throw new ConnectException(
                    "IoT Hub " + iotHub.hostName() + " must answer within " + patience + ", and did not");
        } catch (IOException | GeneralSecurityException e) {
            throw new ConnectException("IoT Hub " + iotHub.hostName() + " cannot be reached: " + Safe.text(e));
        }
    }

    private Target speak(SSLSocket socket, long deadline) throws IOException {
        byte[] buffer = new byte[MAX_FRAME_SIZE];
        while (System.nanoTime() < deadline) {
            for (int pending = transport.pending(); pending > 0; pending = transport.pending()) {
                transport.head().get(buffer, 0, Math.min(pending, buffer.length));
                socket.getOutputStream().write(buffer, 0, Math.min(pending, buffer.length));
                transport.pop(Math.min(pending, buffer.length));
            }
            int most = Math.min(transport.capacity(), buffer.length);
            if (most <= 0) {
                throw new IOException("it does not speak AMQP");
            }
            int count = socket.getInputStream().read(buffer, 0, most);
            if (count > 0) {
                transport.tail().put(buffer, 0, count);
                transport.process();
            }
            if (transport.sasl().getOutcome() == Sasl.SaslOutcome.PN_SASL_AUTH) {
                throw new IOException("it refuses the policy or its key; ServiceConnect is required");
            }
            if (receiver.getRemoteState() == EndpointState.CLOSED) {
                return target(receiver.getRemoteCondition());
            }
            if (count < 0 || connection.getRemoteState() == EndpointState.CLOSED) {
                throw new IOException("it has ended the connection: "
                        + connection.getRemoteCondition().getDescription());
            }
        }
        throw new SocketTimeoutException("no redirect has come");
    }

    private static Target target(ErrorCondition condition) throws IOException {
        Map<?, ?> info = condition.getInfo();
        if (!REDIRECT.equals(condition.getCondition()) || info == null) {
            throw new IOException(
                    "it must redirect, and says: " + condition.getCondition() + ' ' + condition.getDescription());
        }
        URI address =
                URI.create(String.valueOf(info.get(Symbol.valueOf("address"))).replace("$", "%24"));
        String path = address.getPath();
        String hub = path.substring(1, path.indexOf('/', 1));
        Object host = info.get(Symbol.valueOf("hostname"));
        return new Target(
                host == null ? address.getHost() : host.toString(),
                address.getPort() < 0 ? AMQPS : address.getPort(),
                hub);
    }
}
