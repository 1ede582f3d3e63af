package io.millrace.deploy.demo;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a demonstration shows.
 *
 * @param pumps size of the fleet
 * @param readingsPerSecond of each pump
 * @param seed of the fleet and of its faults
 * @param length {@code null}: until it is stopped
 * @param http where the page is
 * @param eventHubs whether the readings go through Event Hubs: a peer of ours, and the source connector
 * @param data where everything is kept; emptied by nobody
 */
public record DemoOptions(
        int pumps,
        int readingsPerSecond,
        long seed,
        @Nullable Duration length,
        InetSocketAddress http,
        boolean eventHubs,
        Path data) {}
