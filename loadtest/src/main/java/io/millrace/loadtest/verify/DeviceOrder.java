package io.millrace.loadtest.verify;

import java.util.Arrays;

/**
 * Watches that each device's records are first seen in the order in which they were sent. A record seen again is a
 * duplicate, not a violation. A device whose stream changes starts afresh: there is no order across partitions.
 */
final class DeviceOrder {

    private long[] furthest = new long[1024];
    private int[] streams = new int[1024];
    private long violations;

    void firstSighting(int device, int stream, long position) {
        if (device < 0) {
            return;
        }
        if (device >= furthest.length) {
            int room = Math.max(device + 1, furthest.length * 2);
            furthest = Arrays.copyOf(furthest, room);
            streams = Arrays.copyOf(streams, room);
        }
        // Both are stored plus one, so that 0 means "none yet".
        if (streams[device] == stream + 1 && position < furthest[device] - 1) {
            violations++;
        } else {
            streams[device] = stream + 1;
            furthest[device] = position + 1;
        }
    }

    long violations() {
        return violations;
    }
}
