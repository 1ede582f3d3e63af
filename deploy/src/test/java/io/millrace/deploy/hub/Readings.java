package io.millrace.deploy.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.testing.EventHubsPeer;
import java.util.Map;

/** What is sent: each partition has one device, whose readings are numbered, and high by turns. */
final class Readings {
    static final int PARTITIONS = 8;
    private static final int TURN = 100; // so many are low, so many are high

    private Readings() {}

    /** @param number of all events, from 0; they go to the partitions by turns */
    static void put(EventHubsPeer peer, String hub, long number) {
        int partition = (int) (number % PARTITIONS);
        long own = number / PARTITIONS;
        String body = "{\"x\":" + own + ",\"y\":" + own / TURN % 2 + '}';
        peer.put(hub, partition, device(partition), body.getBytes(UTF_8), Map.of());
    }

    static String device(int partition) {
        return "device-" + partition;
    }

    /** How many alerts are raised and cleared by so many events, which must be a multiple of the partitions. */
    static int alerts(int events) {
        return (events / PARTITIONS - 1) / TURN * PARTITIONS;
    }
}
