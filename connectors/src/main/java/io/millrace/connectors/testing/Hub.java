package io.millrace.connectors.testing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** An event hub: its partitions, and how much it takes in. Thread-safe. */
final class Hub {
    private static final String DEFAULT_GROUP = "$Default";

    private final HubSpec spec;
    private final Instant created;
    private final List<PartitionLog> partitions = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private long second;
    private long takenInSecond;
    private volatile Instant busyUntil = Instant.MIN;
    private volatile Instant slowUntil = Instant.MIN;
    private volatile boolean mute;

    Hub(HubSpec spec, Instant created) {
        this.spec = spec;
        this.created = created;
        addPartitions(spec.partitions());
    }

    String name() {
        return spec.name();
    }

    Instant created() {
        return created;
    }

    int partitionCount() {
        return partitions.size();
    }

    void addPartitions(int count) {
        for (int i = 0; i < count; i++) {
            partitions.add(new PartitionLog(spec.retention().toMillis(), spec.bytesPerPartition()));
        }
    }

    boolean hasGroup(String group) {
        return group.equalsIgnoreCase(DEFAULT_GROUP)
                || spec.consumerGroups().stream().anyMatch(group::equalsIgnoreCase);
    }

    /** @return null if there is no such partition */
    @Nullable
    PartitionLog partition(String id) {
        try {
            int index = Integer.parseInt(id);
            return index >= 0 && index < partitions.size() ? partitions.get(index) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Where events go whose sender names no partition: by key, or in turn. */
    String choose(@Nullable String partitionKey) {
        if (partitionKey == null) {
            return Integer.toString(Math.floorMod(turn.getAndIncrement(), partitions.size()));
        }
        CRC32 hash = new CRC32();
        hash.update(partitionKey.getBytes(StandardCharsets.UTF_8));
        return Long.toString(hash.getValue() % partitions.size());
    }

    void busyUntil(Instant end) {
        busyUntil = end;
    }

    /** Whether a fault, not the load, makes the hub refuse everything. */
    boolean isBusy(Instant now) {
        return now.isBefore(busyUntil);
    }

    void setMute(boolean on) {
        mute = on;
    }

    /** Whether it takes events and tells their senders nothing. */
    boolean isMute() {
        return mute;
    }

    void slowUntil(Instant end) {
        slowUntil = end;
    }

    boolean isSlow(Instant now) {
        return now.isBefore(slowUntil);
    }

    /** Whether so many events more may come in within this second. */
    synchronized boolean admits(int events, Instant now) {
        if (isBusy(now)) {
            return false;
        }
        if (spec.eventsPerSecond() == 0) {
            return true;
        }
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            takenInSecond = 0;
        }
        takenInSecond += events;
        return takenInSecond <= spec.eventsPerSecond();
    }

    void retain(long nowMs) {
        partitions.forEach(partition -> partition.retain(nowMs));
    }
}
