package io.millrace.connectors.eventhubs;

import io.millrace.connectors.iothub.HubConnection;
import io.millrace.connectors.iothub.ServiceConnection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Receiver;
import org.jspecify.annotations.Nullable;

/**
 * Finds the event hub behind an IoT Hub: who attaches to {@code messages/events/$management} there is sent on with
 * {@code amqp:link:redirect}, which the SDK does not follow.
 */
final class IotHubRedirect {
    private static final int AMQPS = 5_671;
    private static final Symbol REDIRECT = Symbol.valueOf("amqp:link:redirect");

    /** An event hub. */
    record Target(String host, int port, String hub) {}

    private IotHubRedirect() {}

    /**
     * Asks. Blocks up to about the time given.
     *
     * @param endpoint {@code HOST:PORT} to connect to instead; null for the IoT Hub's own
     * @throws ConnectException if it does not tell
     */
    static Target ask(HubConnection iotHub, @Nullable String endpoint, Duration patience) {
        try (ServiceConnection connection = ServiceConnection.open(iotHub, endpoint, patience)) {
            Receiver receiver = connection.session().receiver("millrace-redirect");
            Source source = new Source();
            source.setAddress("amqps://" + iotHub.hostName() + "/messages/events/$management");
            receiver.setSource(source);
            receiver.setTarget(new org.apache.qpid.proton.amqp.messaging.Target());
            receiver.open();
            connection.await(() -> receiver.getRemoteState() == EndpointState.CLOSED, patience);
            return target(receiver.getRemoteCondition());
        } catch (SocketTimeoutException e) {
            throw new ConnectException(
                    "IoT Hub " + iotHub.hostName() + " must answer within " + patience + ", and did not");
        } catch (IOException e) {
            throw new ConnectException("IoT Hub " + iotHub.hostName() + " cannot be reached: " + Safe.text(e));
        }
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
