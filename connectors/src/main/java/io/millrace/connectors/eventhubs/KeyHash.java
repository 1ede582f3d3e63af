package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Which partition Microsoft's buffered producers send a partition key to: Bob Jenkins' lookup3 ({@code hashlittle2}, both
 * seeds 0), its two results mixed and cut to 16 bits. The SDK has it too, but not for others' use, and in Java it takes
 * bytes beyond ASCII for negative ones, otherwise than .NET and JavaScript.
 */
final class KeyHash {
    private static final int SEED = 0xdeadbeef;
    private static final int BLOCK = 3 * Integer.BYTES;

    private KeyHash() {}

    /** @param partitions in the hub's order, at least one */
    static String partition(String key, List<String> partitions) {
        return partitions.get(Math.abs(of(key) % partitions.size()));
    }

    static short of(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        int a = SEED + bytes.length;
        int b = a;
        int c = a;
        if (bytes.length == 0) {
            return (short) (c ^ b);
        }
        int blocks = (bytes.length + BLOCK - 1) / BLOCK;
        ByteBuffer words = ByteBuffer.allocate(blocks * BLOCK).order(ByteOrder.LITTLE_ENDIAN); // filled up with zeros
        words.put(bytes).rewind();
        for (int block = 1; ; block++) {
            a += words.getInt();
            b += words.getInt();
            c += words.getInt();
            if (block == blocks) {
                return last(a, b, c);
            }
            a = (a - c) ^ Integer.rotateLeft(c, 4);
            c += b;
            b = (b - a) ^ Integer.rotateLeft(a, 6);
            a += c;
            c = (c - b) ^ Integer.rotateLeft(b, 8);
            b += a;
            a = (a - c) ^ Integer.rotateLeft(c, 16);
            c += b;
            b = (b - a) ^ Integer.rotateLeft(a, 19);
            a += c;
            c = (c - b) ^ Integer.rotateLeft(b, 4);
            b += a;
        }
    }

    private static short last(int first, int second, int third) {
        int c = (third ^ second) - Integer.rotateLeft(second, 14);
        int a = (first ^ c) - Integer.rotateLeft(c, 11);
        int b = (second ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        c = (c ^ b) - Integer.rotateLeft(b, 24);
        return (short) (c ^ b);
    }
}
