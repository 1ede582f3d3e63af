package io.millrace.deploy.page;

import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The devices seen lately, up to a limit. A fleet larger than that must not make the page forget and remember the
 * same devices over and over: a newcomer takes a place only if somebody has been silent for a while, or if it has
 * an alert.
 */
final class Fleet {
    static final long SILENT_MS = 60_000;

    private final int limit;
    private final int signals;
    /** In order of the last sign of life: a device that is touched is put in anew. */
    private final Map<String, DeviceTrack> tracks = new LinkedHashMap<>();

    private boolean truncated;

    Fleet(int limit, int signals) {
        this.limit = limit;
        this.signals = signals;
    }

    /** The device's track, or null where there is no room for it. */
    @Nullable
    DeviceTrack touch(String device, long nowMs, boolean urgent) {
        DeviceTrack track = tracks.remove(device);
        if (track == null) {
            if (tracks.size() >= limit && !makeRoom(nowMs, urgent)) {
                truncated = true;
                return null;
            }
            track = new DeviceTrack(device, signals);
        }
        tracks.put(device, track);
        track.seenAt(nowMs);
        return track;
    }

    private boolean makeRoom(long nowMs, boolean urgent) {
        Iterator<DeviceTrack> all = tracks.values().iterator();
        DeviceTrack longestSilent = all.next();
        if (!urgent && nowMs - longestSilent.lastSeen() < SILENT_MS) {
            return false;
        }
        all.remove();
        return true;
    }

    @Nullable
    DeviceTrack find(String device) {
        return tracks.get(device);
    }

    int size() {
        return tracks.size();
    }

    /** True if there were devices that found no room. */
    boolean truncated() {
        return truncated;
    }

    /** Devices whose id contains the text, those with alerts first, then by name. */
    List<DeviceTrack.Row> rows(String query, int most, ToIntFunction<String> firing) {
        String wanted = query.toLowerCase(Locale.ROOT);
        return tracks.values().stream()
                .filter(t -> t.id().toLowerCase(Locale.ROOT).contains(wanted))
                .map(t -> t.row(firing.applyAsInt(t.id())))
                .sorted(Comparator.comparing((DeviceTrack.Row r) -> r.firing() == 0)
                        .thenComparing(DeviceTrack.Row::id))
                .limit(most)
                .toList();
    }
}
