package io.millrace.topology.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/**
 * Reads a header that may be an AMQP 1.0 primitive: the Kafka endpoint of Event Hubs hands on what an AMQP client sent as it
 * stands, between headers that Kafka clients wrote as plain text (OASIS AMQP 1.0, part 1, section 1.6).
 *
 * <p>What is one from the first byte to the last, and cannot be text, is decoded; everything else is what it is. For a type
 * code from 0x80 on that is certain, since no text in UTF-8 begins with such a byte. A code below is a letter or digit too:
 * it counts only where the bytes behind it are no text.
 */
public final class AmqpText {
    private AmqpText() {}

    /** The value as UTF-8: a text as it is, a number in digits, {@code true} or {@code false}. Never fails. */
    public static byte[] decode(byte[] header) {
        if (header.length == 0) {
            return header;
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(header, 1, header.length - 1);
            return switch (header[0] & 0xff) {
                case 0xa0, 0xa1, 0xa3 -> rest(in, in.get() & 0xff, header);
                case 0xb0, 0xb1, 0xb3 -> rest(in, in.getInt(), header);
                case 0x80 -> whole(in, header, Long.toUnsignedString(in.getLong()));
                case 0x81, 0x83 -> whole(in, header, Long.toString(in.getLong()));
                case 0x82 -> whole(in, header, Double.toString(in.getDouble()));
                case 0x98 -> whole(in, header, new UUID(in.getLong(), in.getLong()).toString());
                default -> isText(header) ? header : small(in, header);
            };
        } catch (BufferUnderflowException e) {
            return header;
        }
    }

    /** The types whose codes are ASCII. */
    private static byte[] small(ByteBuffer in, byte[] header) {
        return switch (header[0]) {
            case 0x50 -> whole(in, header, Integer.toString(in.get() & 0xff));
            case 0x51, 0x54, 0x55 -> whole(in, header, Integer.toString(in.get()));
            case 0x52, 0x53 -> whole(in, header, Integer.toString(in.get() & 0xff));
            case 0x56 -> whole(in, header, Boolean.toString(in.get() == 1));
            case 0x60 -> whole(in, header, Integer.toString(in.getShort() & 0xffff));
            case 0x61 -> whole(in, header, Integer.toString(in.getShort()));
            case 0x70 -> whole(in, header, Integer.toUnsignedString(in.getInt()));
            case 0x71 -> whole(in, header, Integer.toString(in.getInt()));
            case 0x72 -> whole(in, header, Float.toString(in.getFloat()));
            default -> header;
        };
    }

    private static byte[] rest(ByteBuffer in, int length, byte[] header) {
        return length == in.remaining() ? Arrays.copyOfRange(header, in.position(), header.length) : header;
    }

    private static byte[] whole(ByteBuffer in, byte[] header, String text) {
        return in.hasRemaining() ? header : text.getBytes(US_ASCII);
    }

    private static boolean isText(byte[] header) {
        for (byte b : header) {
            if (b >= 0 && b < ' ') {
                return false;
            }
        }
        return DeviceKey.isUtf8(header);
    }
}
