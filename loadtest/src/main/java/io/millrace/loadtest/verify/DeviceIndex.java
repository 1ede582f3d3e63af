package io.millrace.loadtest.verify;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Numbers device keys in the order in which they are met. Not thread-safe. */
final class DeviceIndex implements ToIntFunction<byte[]> {

    private final Map<ByteBuffer, Integer> indices = new HashMap<>();

    @Override
    public int applyAsInt(byte[] key) {
        return indices.computeIfAbsent(ByteBuffer.wrap(key), k -> indices.size());
    }
}
