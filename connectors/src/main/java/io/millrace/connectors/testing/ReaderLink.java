package io.millrace.connectors.testing;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.DeliveryAnnotations;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Sender;
import org.jspecify.annotations.Nullable;

/** A link on which a client reads a partition. On the loop's thread only. */
final class ReaderLink implements PeerLink {
    private static final Symbol EPOCH = Symbol.valueOf("com.microsoft:epoch");
    private static final Symbol METRIC = Symbol.valueOf("com.microsoft:enable-receiver-runtime-metric");
    private static final int MOST_UNSENT = 512 << 10; // bytes that the engine holds for this link's session
    private static final long SLOW_NANOS = 10_000_000;

    private final Namespace namespace;
    private final PeerConnection connection;
    private final Sender sender;
    private final Hub hub;
    private final String group;
    private final String partition;
    private final PartitionLog log;
    private final @Nullable Long epoch;
    private final boolean metric;
    private long next;
    private long tags;
    private boolean stalled;
    private long lastSentNanos;

    ReaderLink(Namespace namespace, PeerConnection connection, Sender sender, ReaderAddress address) throws AmqpError {
        this.namespace = namespace;
        this.connection = connection;
        this.sender = sender;
        this.hub = namespace.hub(address.hub());
        this.group = address.group();
        this.partition = address.partition();
        PartitionLog found = hub.partition(partition);
        if (found == null) {
            throw new AmqpError(
                    "com.microsoft:argument-out-of-range",
                    "The specified partition is invalid for an EventHub partition sender or receiver. It should be"
                            + " between 0 and " + (hub.partitionCount() - 1) + ".");
        }
        if (!hub.hasGroup(group)) {
            throw new AmqpError(
                    AmqpError.NOT_FOUND,
                    "The messaging entity '" + hub.name() + "/ConsumerGroups/" + group
                            + "' could not be found. Error code: 40400");
        }
        this.log = found;
        Map<Symbol, Object> properties = sender.getRemoteProperties();
        this.epoch = properties != null && properties.get(EPOCH) instanceof Number number ? number.longValue() : null;
        Symbol[] desired = sender.getRemoteDesiredCapabilities();
        this.metric = desired != null && Arrays.asList(desired).contains(METRIC);
        this.next = Position.of(((org.apache.qpid.proton.amqp.messaging.Source) sender.getRemoteSource()).getFilter())
                .in(log);
        if (hub.isBusy(namespace.now())) {
            throw AmqpError.busy(hub.name());
        }
        namespace.admit(this);
        this.next = Math.max(0, next - namespace.takeRepeats(this));
    }

    /** What a reader's address names. */
    record ReaderAddress(String hub, String group, String partition) {}

    @Override
    public Link link() {
        return sender;
    }

    @Override
    public String path() {
        return hub.name() + "/ConsumerGroups/" + group + "/Partitions/" + partition;
    }

    String key() {
        return Namespace.key(hub.name(), partition);
    }

    @Nullable
    Long epoch() {
        return epoch;
    }

    PeerConnection connection() {
        return connection;
    }

    boolean isRivalOf(ReaderLink other) {
        return key().equals(other.key()) && group.equalsIgnoreCase(other.group);
    }

    void steal(long by) {
        connection.detach(
                this,
                AmqpError.condition(
                        AmqpError.STOLEN,
                        "New receiver with higher epoch of '" + by + "' is created hence current receiver with epoch '"
                                + epoch + "' is getting disconnected. If you are recreating the receiver, make sure"
                                + " a higher epoch is used."));
    }

    /** From now on nothing comes, and nobody is told. */
    void stall() {
        stalled = true;
    }

    /** Whether no fault has silenced it yet. */
    boolean isWell() {
        return !stalled && !connection.isFrozen();
    }

    /** Leaves events out, as no service should. */
    void skip(long events) {
        next += events;
    }

    @Override
    public void pump() {
        long nanos = System.nanoTime();
        boolean slow = hub.isSlow(namespace.now());
        while (!stalled && sender.getCredit() > 0 && sender.getSession().getOutgoingBytes() < MOST_UNSENT) {
            if (slow && nanos - lastSentNanos < SLOW_NANOS) {
                return;
            }
            PartitionLog.Slice event = log.at(next);
            if (event == null) {
                break;
            }
            send(event);
            lastSentNanos = nanos;
            next = event.sequence + 1;
        }
        if (sender.getDrain() && !stalled) {
            sender.drained();
        }
    }

    private void send(PartitionLog.Slice event) {
        Delivery delivery =
                sender.delivery(ByteBuffer.allocate(Long.BYTES).putLong(tags++).array());
        if (metric) {
            byte[] annotations = annotations();
            sender.send(annotations, 0, annotations.length);
        }
        sender.send(event.bytes, event.from, event.length);
        if (sender.getRemoteSenderSettleMode() == SenderSettleMode.SETTLED) {
            delivery.settle();
        }
        sender.advance();
    }

    private byte[] annotations() {
        PartitionLog.State state = log.state();
        DecoderImpl decoder = new DecoderImpl();
        EncoderImpl encoder = new EncoderImpl(decoder);
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
        ByteBuffer buffer = ByteBuffer.allocate(1_024);
        encoder.setByteBuffer(buffer);
        encoder.writeObject(new DeliveryAnnotations(Map.of(
                Symbol.valueOf("last_enqueued_sequence_number"), state.last(),
                Symbol.valueOf("last_enqueued_offset"), Long.toString(state.lastOffset()),
                Symbol.valueOf("last_enqueued_time_utc"), Date.from(Instant.ofEpochMilli(state.lastEnqueuedMs())),
                Symbol.valueOf("runtime_info_retrieval_time_utc"), Date.from(namespace.now()))));
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    @Override
    public void onGone() {
        namespace.leave(this);
    }
}
