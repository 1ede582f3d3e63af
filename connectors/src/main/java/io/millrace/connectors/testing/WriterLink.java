package io.millrace.connectors.testing;

import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.jspecify.annotations.Nullable;

/** A link on which a client sends to a hub, or to one of its partitions. On the loop's thread only. */
final class WriterLink implements PeerLink {
    static final int MAX_MESSAGE_BYTES = 1_048_576;
    private static final int CREDIT = 300;
    private static final long SLOW_NANOS = 10_000_000;

    private final Namespace namespace;
    private final Receiver receiver;
    private final Hub hub;
    private final @Nullable String partition;
    private final Runnable onAppend;
    private final EventCodec codec = new EventCodec();
    private long lastCreditNanos;

    WriterLink(Namespace namespace, Receiver receiver, Hub hub, @Nullable String partition, Runnable onAppend)
            throws AmqpError {
        this.namespace = namespace;
        this.receiver = receiver;
        this.hub = hub;
        this.partition = partition;
        this.onAppend = onAppend;
        if (partition != null && hub.partition(partition) == null) {
            throw new AmqpError(
                    "com.microsoft:argument-out-of-range",
                    "The specified partition is invalid for an EventHub partition sender or receiver. It should be"
                            + " between 0 and " + (hub.partitionCount() - 1) + ".");
        }
        receiver.setMaxMessageSize(UnsignedLong.valueOf(MAX_MESSAGE_BYTES));
    }

    @Override
    public Link link() {
        return receiver;
    }

    @Override
    public String path() {
        return partition == null ? hub.name() : hub.name() + "/Partitions/" + partition;
    }

    @Override
    public void onOpen() {
        receiver.flow(hub.isSlow(namespace.now()) ? 1 : CREDIT);
    }

    @Override
    public void pump() {
        if (!hub.isSlow(namespace.now())) {
            if (receiver.getCredit() < CREDIT / 2) {
                receiver.flow(CREDIT - receiver.getCredit());
            }
        } else if (receiver.getCredit() == 0 && System.nanoTime() - lastCreditNanos > SLOW_NANOS) {
            lastCreditNanos = System.nanoTime();
            receiver.flow(1);
        }
    }

    @Override
    public void onDelivery(Delivery delivery) {
        if (!delivery.isReadable() || delivery.isPartial()) {
            return;
        }
        byte[] transfer = PeerLink.take(receiver, delivery);
        try {
            take(transfer, delivery.getMessageFormat());
            if (hub.isMute()) {
                return;
            }
            delivery.disposition(Accepted.getInstance());
        } catch (AmqpError error) {
            Rejected rejected = new Rejected();
            rejected.setError(error.condition());
            delivery.disposition(rejected);
        }
        delivery.settle();
    }

    private void take(byte[] transfer, int format) throws AmqpError {
        if (transfer.length > MAX_MESSAGE_BYTES) {
            throw new AmqpError(
                    AmqpError.TOO_LARGE,
                    "The received message (" + transfer.length + " bytes) exceeds the limit (" + MAX_MESSAGE_BYTES
                            + " bytes) currently allowed on the link.");
        }
        EventCodec.Sent sent;
        try {
            sent = codec.sent(transfer, format == EventCodec.BATCH_FORMAT);
        } catch (RuntimeException e) {
            throw new AmqpError(AmqpError.DECODE, "The message cannot be decoded: " + e.getMessage());
        }
        if (!hub.admits(sent.messages().size(), namespace.now())) {
            throw AmqpError.busy(hub.name());
        }
        PartitionLog log = hub.partition(partition != null ? partition : hub.choose(sent.partitionKey()));
        // A partition's events keep each their own key, as those that Microsoft's buffered producers send.
        String key = partition == null ? sent.partitionKey() : null;
        long nowMs = namespace.now().toEpochMilli();
        for (byte[] message : sent.messages()) {
            java.util.Objects.requireNonNull(log).append(message, key, nowMs);
        }
        onAppend.run();
    }
}
