package io.millrace.connectors.iothub;

import io.millrace.connectors.delivery.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to devices through an IoT Hub's {@code /messages/devicebound}. The connection is made when it is needed,
 * and anew when it was idle for {@value #IDLE_SECONDS} s or has failed.
 *
 * <p>Not thread-safe.
 */
final class DeviceMessenger implements AutoCloseable {
    static final int LARGEST = 65_536; // bytes of a message, by IoT Hub's rule
    private static final int IDLE_SECONDS = 30;
    private static final String ADDRESS = "/messages/devicebound";
    /** What is wrong with the message or its device alone, so that others need not wait. */
    private static final Set<String> FINAL = Set.of(
            "amqp:not-found", // no such device
            "amqp:resource-limit-exceeded", // the device's queue of 50 is full
            "amqp:link:message-size-exceeded",
            "amqp:decode-error",
            "amqp:not-allowed",
            "com.microsoft:argument-error");

    private final HubConnection hub;
    private final @Nullable String endpoint;
    private final Duration patience;
    private final byte[] buffer = new byte[LARGEST];
    private @Nullable Link link;
    private long tags;

    /**
     * @param endpoint {@code HOST:PORT} to connect to instead of the hub's own; null for that
     * @param patience how long the hub may take to answer
     */
    DeviceMessenger(HubConnection hub, @Nullable String endpoint, Duration patience) {
        this.hub = hub;
        this.endpoint = endpoint;
        this.patience = patience;
    }

    private record Link(ServiceConnection connection, Sender sender, long usedNanos) {}

    /** Sends a message whose address names the device, and waits until the hub has it or not. */
    Answer send(Message message) {
        int length;
        try {
            length = message.encode(buffer, 0, buffer.length);
        } catch (java.nio.BufferOverflowException e) {
            return new Answer.Refused("a message to a device must have at most " + LARGEST + " bytes");
        }
        try {
            Link open = open();
            Delivery delivery =
                    open.sender.delivery(Long.toString(tags++).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            open.sender.send(buffer, 0, length);
            open.sender.advance();
            open.connection.await(
                    () -> delivery.getRemoteState() != null || open.sender.getRemoteState() == EndpointState.CLOSED,
                    patience);
            Answer answer = answer(delivery.getRemoteState(), open.sender.getRemoteCondition());
            delivery.settle();
            link = new Link(open.connection, open.sender, System.nanoTime());
            if (delivery.getRemoteState() == null) {
                close();
            }
            return answer;
        } catch (IOException e) {
            close();
            return new Answer.Unavailable(
                    "IoT Hub " + hub.hostName() + " cannot be reached: " + e.getMessage(), Optional.empty());
        }
    }

    /**
     * Makes the connection and its link now.
     *
     * @throws IOException if the hub cannot be reached, or refuses
     */
    void connect() throws IOException {
        Link open = open();
        open.connection.await(() -> open.sender.getRemoteState() != EndpointState.UNINITIALIZED, patience);
        if (open.sender.getRemoteTarget() == null) { // attached to be told no
            open.connection.await(() -> open.sender.getRemoteState() == EndpointState.CLOSED, patience);
        }
        if (open.sender.getRemoteState() == EndpointState.CLOSED) {
            ErrorCondition why = open.sender.getRemoteCondition();
            throw new IOException("it refuses: " + why.getCondition() + ' ' + why.getDescription());
        }
    }

    private Link open() throws IOException {
        Link last = link;
        if (last != null
                && System.nanoTime() - last.usedNanos
                        < Duration.ofSeconds(IDLE_SECONDS).toNanos()) {
            return last;
        }
        close();
        ServiceConnection connection = ServiceConnection.open(hub, endpoint, patience);
        Sender sender = connection.session().sender("millrace-devicebound");
        Target target = new Target();
        target.setAddress(ADDRESS);
        sender.setTarget(target);
        sender.setSource(new Source());
        sender.open();
        Link opened = new Link(connection, sender, System.nanoTime());
        link = opened;
        return opened;
    }

    private Answer answer(@Nullable DeliveryState outcome, @Nullable ErrorCondition ofLink) {
        if (outcome instanceof Accepted) {
            return Answer.accepted();
        }
        ErrorCondition error = outcome instanceof Rejected rejected ? rejected.getError() : ofLink;
        String condition = error == null ? "" : String.valueOf(error.getCondition());
        String why = "IoT Hub " + hub.hostName() + " does not take the message: " + condition + ' '
                + (error == null ? String.valueOf(outcome) : error.getDescription());
        return outcome instanceof Rejected && FINAL.contains(condition)
                ? new Answer.Refused(why)
                : new Answer.Unavailable(why, Optional.empty());
    }

    @Override
    public void close() {
        Link last = link;
        link = null;
        if (last != null) {
            try {
                last.connection.close();
            } catch (IOException e) {
                // It is given up anyway.
                return;
            }
        }
    }
}
