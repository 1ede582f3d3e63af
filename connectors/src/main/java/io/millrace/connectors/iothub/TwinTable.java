package io.millrace.connectors.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was told of each device's twin so far, so that only changes are told again. It holds a device's id and its twin's
 * ETag and version, some 100 bytes each, and no twins.
 *
 * <p>Not thread-safe.
 */
final class TwinTable {
    private final Map<String, String> told = new HashMap<>();
    private final Set<String> seen = new HashSet<>();

    /**
     * A change of the table.
     *
     * @param key {@code DEVICE} or {@code DEVICE/MODULE}
     * @param twin empty: there is no such device any more
     */
    record Change(String key, Optional<JsonNode> twin) {}

    /** The changes that a page of a refresh brings. */
    List<Change> page(List<JsonNode> twins) {
        List<Change> changes = new ArrayList<>();
        for (JsonNode twin : twins) {
            String module = twin.path("moduleId").asText("");
            String key = twin.path("deviceId").asText() + (module.isEmpty() ? "" : "/" + module);
            String mark =
                    twin.path("etag").asText() + ' ' + twin.path("version").asText();
            seen.add(key);
            if (!mark.equals(told.put(key, mark))) {
                changes.add(new Change(key, Optional.of(twin)));
            }
        }
        return changes;
    }

    /** Ends a refresh: who was not in it is gone. */
    List<Change> end() {
        List<Change> gone = told.keySet().stream()
                .filter(key -> !seen.contains(key))
                .map(key -> new Change(key, Optional.empty()))
                .toList();
        gone.forEach(change -> told.remove(change.key()));
        seen.clear();
        return gone;
    }

    /** A refresh that broke off says nothing of who is gone. */
    void breakOff() {
        seen.clear();
    }
}
