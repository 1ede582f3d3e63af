package io.millrace.connectors.testing;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a peer is to be.
 *
 * @param port where it listens without TLS; 0 takes a free port
 * @param tlsPort where it listens with TLS; 0 takes a free port, -1 none
 * @param keyName the name of the one shared access policy
 * @param key that policy's key, in Base64 where an IoT Hub is to know it
 * @param hubs its event hubs
 * @param iotHubs the hub behind each IoT Hub's built-in endpoint, by the IoT Hub's name
 * @param clock what enqueued times, retention, tokens and throttling go by
 */
public record PeerOptions(
        int port,
        int tlsPort,
        String keyName,
        String key,
        List<HubSpec> hubs,
        Map<String, String> iotHubs,
        InstantSource clock) {
    public PeerOptions {
        hubs = List.copyOf(hubs);
        iotHubs = Map.copyOf(iotHubs);
        for (String hub : iotHubs.values()) {
            if (hubs.stream().noneMatch(spec -> spec.name().equals(hub))) {
                throw new IllegalArgumentException("iotHubs must name hubs of the peer, got: " + hub);
            }
        }
    }

    /** On free ports of loopback, by the system's clock. */
    public static PeerOptions of(HubSpec... hubs) {
        return new PeerOptions(
                0,
                0,
                "RootManageSharedAccessKey",
                "bWlsbHJhY2UtcGVlcg==",
                List.of(hubs),
                Map.of(),
                InstantSource.system());
    }

    public PeerOptions withClock(InstantSource other) {
        return new PeerOptions(port, tlsPort, keyName, key, hubs, iotHubs, other);
    }

    public PeerOptions withPorts(int plain, int tls) {
        return new PeerOptions(plain, tls, keyName, key, hubs, iotHubs, clock);
    }

    /** Adds an IoT Hub whose built-in endpoint is a hub of the peer's. */
    public PeerOptions withIotHub(String name, String hub) {
        Map<String, String> all = new HashMap<>(iotHubs);
        all.put(name, hub);
        return new PeerOptions(port, tlsPort, keyName, key, hubs, all, clock);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "peer with hubs " + hubs.stream().map(HubSpec::name).toList();
    }
}
