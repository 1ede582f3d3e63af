package io.millrace.connectors.testing;

import java.time.Duration;
import java.util.Set;

/**
 * An event hub of the peer.
 *
 * @param name its name, which is also its entity path
 * @param partitions how many, 1 to 1,024
 * @param consumerGroups beside {@code $Default}
 * @param retention how long events are kept, by the peer's clock
 * @param bytesPerPartition how much is kept of a partition at most; what is older is dropped, as retention would
 * @param eventsPerSecond what is taken in before senders are told that the server is busy; 0 for no limit
 */
public record HubSpec(
        String name,
        int partitions,
        Set<String> consumerGroups,
        Duration retention,
        long bytesPerPartition,
        long eventsPerSecond) {
    private static final int MOST_PARTITIONS = 1_024;

    public HubSpec {
        require(name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,255}"), "name must be letters, digits, . _ -", name);
        require(partitions >= 1 && partitions <= MOST_PARTITIONS, "partitions must be between 1 and 1024", partitions);
        require(!retention.isNegative() && !retention.isZero(), "retention must be positive", retention);
        require(bytesPerPartition > 0, "bytesPerPartition must be positive", bytesPerPartition);
        require(eventsPerSecond >= 0, "eventsPerSecond must not be negative", eventsPerSecond);
        consumerGroups = Set.copyOf(consumerGroups);
    }

    /** Keeps a day, and 64 MiB of each partition. */
    public static HubSpec of(String name, int partitions) {
        return new HubSpec(name, partitions, Set.of(), Duration.ofDays(1), 64L << 20, 0);
    }

    public HubSpec withConsumerGroups(String... names) {
        return new HubSpec(name, partitions, Set.of(names), retention, bytesPerPartition, eventsPerSecond);
    }

    public HubSpec withRetention(Duration time, long bytes) {
        return new HubSpec(name, partitions, consumerGroups, time, bytes, eventsPerSecond);
    }

    public HubSpec withEventsPerSecond(long events) {
        return new HubSpec(name, partitions, consumerGroups, retention, bytesPerPartition, events);
    }

    private static void require(boolean holds, String rule, Object got) {
        if (!holds) {
            throw new IllegalArgumentException("hub " + rule + ", got: " + got);
        }
    }
}
