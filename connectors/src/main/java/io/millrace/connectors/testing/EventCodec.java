package io.millrace.connectors.testing;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.DeliveryAnnotations;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;
import org.jspecify.annotations.Nullable;

/**
 * Takes sent messages apart, and stamps events with what the service adds. The parts that are the sender's go through
 * as they are, byte for byte.
 *
 * <p>Not thread-safe.
 */
final class EventCodec {
    /** The format of a batch: data sections, each of which is a message. */
    static final int BATCH_FORMAT = 0x80013700;

    private static final Symbol SEQUENCE_NUMBER = Symbol.valueOf("x-opt-sequence-number");
    private static final Symbol OFFSET = Symbol.valueOf("x-opt-offset");
    private static final Symbol ENQUEUED_TIME = Symbol.valueOf("x-opt-enqueued-time");
    private static final Symbol PARTITION_KEY = Symbol.valueOf("x-opt-partition-key");
    private static final int ROOM_FOR_ANNOTATIONS = 64 << 10;

    /** What the service adds to an event. */
    record Stamp(
            long sequence,
            long offset,
            long enqueuedMs,
            @Nullable String partitionKey) {}

    /** What was sent in one transfer. */
    record Sent(List<byte[]> messages, @Nullable String partitionKey) {}

    private final DecoderImpl decoder = new DecoderImpl();
    private final EncoderImpl encoder = new EncoderImpl(decoder);
    private final ByteBuffer buffer = ByteBuffer.allocate(ROOM_FOR_ANNOTATIONS);

    EventCodec() {
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
    }

    /** @throws RuntimeException if the bytes are no message */
    Sent sent(byte[] transfer, boolean batch) {
        ByteBuffer input = ByteBuffer.wrap(transfer);
        decoder.setByteBuffer(input);
        List<byte[]> messages = new ArrayList<>();
        String partitionKey = null;
        while (input.hasRemaining()) {
            Object section = decoder.readObject();
            if (section instanceof MessageAnnotations annotations && annotations.getValue() != null) {
                partitionKey = (String) annotations.getValue().get(PARTITION_KEY);
            } else if (batch && section instanceof Data data) {
                messages.add(bytes(data.getValue()));
            }
        }
        return new Sent(batch ? messages : List.of(transfer), partitionKey);
    }

    private static byte[] bytes(Binary binary) {
        int from = binary.getArrayOffset();
        return Arrays.copyOfRange(binary.getArray(), from, from + binary.getLength());
    }

    /** A message as it goes out: with the service's annotations beside the sender's. */
    byte[] stamped(byte[] message, Stamp stamp) {
        ByteBuffer input = ByteBuffer.wrap(message);
        decoder.setByteBuffer(input);
        Map<Symbol, Object> annotations = new HashMap<>();
        int bare = 0; // where the part begins that nobody may change
        while (input.hasRemaining()) {
            Object section = decoder.readObject();
            if (section instanceof MessageAnnotations sent) {
                if (sent.getValue() != null) {
                    annotations.putAll(sent.getValue());
                }
            } else if (!(section instanceof Header || section instanceof DeliveryAnnotations)) {
                break;
            }
            bare = input.position();
        }
        annotations.put(SEQUENCE_NUMBER, stamp.sequence());
        annotations.put(OFFSET, Long.toString(stamp.offset()));
        annotations.put(ENQUEUED_TIME, Date.from(Instant.ofEpochMilli(stamp.enqueuedMs())));
        if (stamp.partitionKey() != null) {
            annotations.put(PARTITION_KEY, stamp.partitionKey());
        }
        buffer.clear();
        encoder.setByteBuffer(buffer);
        encoder.writeObject(new MessageAnnotations(annotations));
        buffer.flip();
        int length = buffer.remaining();
        byte[] event = new byte[length + message.length - bare];
        buffer.get(event, 0, length);
        System.arraycopy(message, bare, event, length, message.length - bare);
        return event;
    }
}
