package io.millrace.connectors.testing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What all connections share: the hubs, who reads them, what faults are to come. Hubs are thread-safe; everything else
 * is touched on the loop's thread only.
 */
final class Namespace {
    private static final int MOST_READERS = 5; // without an epoch, of one partition and group

    private final Map<String, Hub> hubs = new ConcurrentHashMap<>();
    private final Map<String, String> iotHubs;
    private final InstantSource clock;
    private final List<ReaderLink> readers = new ArrayList<>();
    private final Map<String, Long> repeats = new HashMap<>();
    private final Map<String, Long> attaches = new ConcurrentHashMap<>();

    Namespace(PeerOptions options) {
        clock = options.clock();
        iotHubs = new ConcurrentHashMap<>(options.iotHubs());
        options.hubs().forEach(this::create);
    }

    void create(HubSpec spec) {
        hubs.put(spec.name().toLowerCase(Locale.ROOT), new Hub(spec, clock.instant()));
    }

    Instant now() {
        return clock.instant();
    }

    /** @throws AmqpError if there is no such hub */
    Hub hub(String name) throws AmqpError {
        Hub hub = hubs.get(name.toLowerCase(Locale.ROOT));
        if (hub == null) {
            throw new AmqpError(
                    AmqpError.NOT_FOUND, "The messaging entity '" + name + "' could not be found. Error code: 40400");
        }
        return hub;
    }

    Map<String, String> iotHubs() {
        return iotHubs;
    }

    void retain() {
        long nowMs = now().toEpochMilli();
        hubs.values().forEach(hub -> hub.retain(nowMs));
    }

    List<ReaderLink> readers() {
        return List.copyOf(readers);
    }

    /** Lets a reader in, and those out who must give way to it. */
    void admit(ReaderLink newcomer) throws AmqpError {
        List<ReaderLink> rivals =
                readers.stream().filter(reader -> reader.isRivalOf(newcomer)).toList();
        Long epoch = newcomer.epoch();
        long highest = rivals.stream()
                .filter(reader -> reader.epoch() != null)
                .mapToLong(reader -> java.util.Objects.requireNonNull(reader.epoch()))
                .max()
                .orElse(Long.MIN_VALUE);
        if (epoch == null ? highest != Long.MIN_VALUE : epoch < highest) {
            throw new AmqpError(
                    AmqpError.STOLEN,
                    "A receiver with a higher epoch of '" + highest + "' already exists. A receiver with epoch "
                            + (epoch == null ? "none" : epoch) + " cannot be created. Make sure you are creating"
                            + " receivers with increasing epochs");
        }
        if (epoch == null && rivals.size() >= MOST_READERS) {
            throw new AmqpError(
                    AmqpError.RESOURCE_LIMIT,
                    "Exceeded the maximum number of allowed receivers per partition in a consumer group which is 5");
        }
        if (epoch != null) {
            rivals.forEach(rival -> rival.steal(epoch));
        }
        readers.add(newcomer);
        attaches.merge(newcomer.key(), 1L, Long::sum);
    }

    void leave(ReaderLink reader) {
        readers.remove(reader);
    }

    long attaches(String hub, String partition) {
        return attaches.getOrDefault(key(hub, partition), 0L);
    }

    void repeatNext(String hub, String partition, long events) {
        repeats.put(key(hub, partition), events);
    }

    long takeRepeats(ReaderLink reader) {
        Long events = repeats.remove(reader.key());
        return events == null ? 0 : events;
    }

    @Nullable
    String iotHub(@Nullable String host) {
        if (host != null && iotHubs.containsKey(host.replaceFirst("\\..*", ""))) {
            return host.replaceFirst("\\..*", "");
        }
        return iotHubs.size() == 1 ? iotHubs.keySet().iterator().next() : null;
    }

    static String key(String hub, String partition) {
        return hub.toLowerCase(Locale.ROOT) + '/' + partition;
    }
}
