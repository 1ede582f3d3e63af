package io.millrace.topology.streams;

import io.millrace.topology.twin.Twin;
import io.millrace.topology.twin.TwinDocument;
import io.millrace.topology.twin.TwinPlan;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The twins of one task's devices: whole in a changelogged store, so that another property can be read of them at any time,
 * and in memory what is read of those seen last. Not thread-safe.
 */
final class TaskTwins {
    private static final Logger LOG = LoggerFactory.getLogger(TaskTwins.class);
    private static final int MOST_IN_MEMORY = 200_000; // some 64 MiB

    private final TwinPlan plan;
    private final Map<ByteBuffer, Twin> inMemory = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Twin> eldest) {
            return size() > MOST_IN_MEMORY;
        }
    };
    private @Nullable KeyValueStore<Bytes, byte[]> store;

    TaskTwins(TwinPlan plan) {
        this.plan = plan;
    }

    /** Starts from what the store has; also when it was put back to an earlier time under an open task. */
    void open(ProcessorContext<?, ?> context) {
        inMemory.clear();
        store = context.getStateStore(PipelineTopology.TWIN_STORE);
    }

    /** What is known of a device. */
    Twin of(byte[] device) {
        return inMemory.computeIfAbsent(ByteBuffer.wrap(device), key -> plan.read(store().get(Bytes.wrap(device))));
    }

    /** An event's values with what rules ask of its device's twin behind them. */
    double[] behind(double[] fields, byte[] device) {
        double[] asked = of(device).values();
        if (asked.length == 0) {
            return fields;
        }
        double[] all = Arrays.copyOf(fields, fields.length + asked.length);
        System.arraycopy(asked, 0, all, fields.length, asked.length);
        return all;
    }

    void take(News news) {
        Bytes device = Bytes.wrap(news.device());
        byte[] twin =
                switch (news.kind()) {
                    case RETIRED, TWIN_GONE -> null;
                    case TWIN -> news.twin();
                    case TWIN_CHANGED, TWIN_REPLACED -> changed(device, news);
                };
        store().put(device, twin);
        inMemory.remove(ByteBuffer.wrap(news.device()));
    }

    private byte @Nullable [] changed(Bytes device, News news) {
        byte[] before = store().get(device);
        byte[] after = TwinDocument.changed(before, news.twin(), news.kind() == News.Kind.TWIN_REPLACED);
        if (after.length > TwinDocument.MAX_BYTES) {
            LOG.warn(
                    "a twin must have at most {} bytes and stays what it was, got: bytes={} device={}",
                    TwinDocument.MAX_BYTES,
                    after.length,
                    device);
            return before;
        }
        return after;
    }

    private KeyValueStore<Bytes, byte[]> store() {
        return Objects.requireNonNull(store, "open() comes first");
    }
}
