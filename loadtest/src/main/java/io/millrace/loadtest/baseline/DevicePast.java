package io.millrace.loadtest.baseline;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What the naive application keeps of each device, as it is usually done: one value of a changelogged store, read and
 * written whole for each event. It holds the time of the last event and the last events' numbers, newest first, or the
 * model's hidden state.
 */
final class DevicePast {

    private static final int WINDOW = 64;
    private static final int CHANNELS = 8;
    private static final int FEATURE_EVENTS = 15;
    private static final int OVER = 16;
    private static final int HIDDEN = 32;

    private final String kind;
    private final KeyValueStore<byte[], byte[]> store;

    /** @param kind one of FEATURES, WINDOW, RECURRENT */
    DevicePast(String kind, KeyValueStore<byte[], byte[]> store) {
        this.kind = kind;
        this.store = store;
    }

    /** The model's inputs for an event, by name; {@code null} while the device has had too few events. */
    @Nullable
    Map<String, Object> inputs(byte[] device, float[] now, long time) {
        byte[] stored = store.get(device);
        return switch (kind) {
            case "FEATURES" -> features(device, stored, now, time);
            case "WINDOW" -> window(device, stored, now, time);
            case "RECURRENT" -> Map.of("features", new float[][] {now}, "hidden_in", new float[][] {hidden(stored)});
            default -> throw new IllegalArgumentException("past must be FEATURES, WINDOW or RECURRENT, got: " + kind);
        };
    }

    /** Keeps the hidden state that the model has given. */
    void keep(byte[] device, float[] hidden) {
        ByteBuffer value = ByteBuffer.allocate(hidden.length * Float.BYTES);
        value.asFloatBuffer().put(hidden);
        store.put(device, value.array());
    }

    private static float[] hidden(byte @Nullable [] stored) {
        float[] hidden = new float[HIDDEN];
        if (stored != null) {
            ByteBuffer.wrap(stored).asFloatBuffer().get(hidden);
        }
        return hidden;
    }

    private @Nullable Map<String, Object> window(byte[] device, byte @Nullable [] stored, float[] now, long time) {
        float[][] events = remember(device, stored, Arrays.copyOf(now, CHANNELS), time, WINDOW);
        if (events.length < WINDOW) {
            return null;
        }
        float[][] oldestFirst = new float[WINDOW][];
        Arrays.setAll(oldestFirst, i -> events[WINDOW - 1 - i]);
        return Map.of("features", new float[][][] {oldestFirst});
    }

    private @Nullable Map<String, Object> features(byte[] device, byte @Nullable [] stored, float[] now, long time) {
        float[][] events = remember(device, stored, Arrays.copyOf(now, 4), time, FEATURE_EVENTS + 1);
        if (stored == null || events.length <= FEATURE_EVENTS) {
            return null;
        }
        double meanOfSecond = over(i -> events[i][1]);
        float[] row = {
            now[0],
            now[1],
            now[2],
            now[3],
            now[4],
            events[1][0],
            events[8][1],
            now[0] - events[1][0],
            now[1] - events[4][1],
            (float) over(i -> events[i][0]),
            (float) Math.sqrt(over(i -> Math.pow(events[i][1] - meanOfSecond, 2))),
            (float) IntStream.range(0, OVER)
                    .mapToDouble(i -> events[i][2])
                    .min()
                    .orElseThrow(),
            (float) IntStream.range(0, OVER)
                    .mapToDouble(i -> events[i][3])
                    .max()
                    .orElseThrow(),
            (float) slope(i -> events[OVER - 1 - i][0]),
            (float) Math.sqrt(over(i -> (double) events[i][1] * events[i][1])),
            (time - ByteBuffer.wrap(stored).getLong()) / 1000f
        };
        return Map.of("features", new float[][] {row});
    }

    /** Puts the event in front of those before and keeps so many of them. */
    private float[][] remember(byte[] device, byte @Nullable [] stored, float[] now, long time, int most) {
        int before = stored == null ? 0 : (stored.length - Long.BYTES) / (now.length * Float.BYTES);
        float[][] events = new float[Math.min(most, before + 1)][now.length];
        events[0] = now;
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES + events.length * now.length * Float.BYTES);
        FloatBuffer numbers = value.putLong(time).asFloatBuffer().put(now);
        if (stored != null) {
            FloatBuffer old = ByteBuffer.wrap(stored, Long.BYTES, stored.length - Long.BYTES)
                    .slice()
                    .asFloatBuffer();
            for (int i = 1; i < events.length; i++) {
                old.get(events[i]);
                numbers.put(events[i]);
            }
        }
        store.put(device, value.array());
        return events;
    }

    private static double over(IntToDoubleFunction value) {
        return IntStream.range(0, OVER).mapToDouble(value).average().orElseThrow();
    }

    /** Of a least-squares line through the values, oldest first. */
    private static double slope(IntToDoubleFunction value) {
        double middle = (OVER - 1) / 2.0;
        double above = 0;
        double below = 0;
        for (int i = 0; i < OVER; i++) {
            above += (i - middle) * value.applyAsDouble(i);
            below += (i - middle) * (i - middle);
        }
        return above / below;
    }
}
