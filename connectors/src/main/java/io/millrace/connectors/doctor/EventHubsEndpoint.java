package io.millrace.connectors.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is particular to the Kafka endpoint of Azure Event Hubs: limits and time-outs that no request tells of. The
 * figures are those of Microsoft's documentation ("Event Hubs quotas and limits", "Apache Kafka configurations").
 */
final class EventHubsEndpoint {
    private static final List<String> SUFFIXES =
            List.of(".servicebus.windows.net", ".servicebus.usgovcloudapi.net", ".servicebus.chinacloudapi.cn");
    private static final long IDLE_LIMIT_MS = 240_000;
    private static final int STANDARD_HUBS = 10;

    private EventHubsEndpoint() {}

    static boolean is(String servers) {
        String host = servers.replaceFirst(":.*", "").strip();
        return SUFFIXES.stream().anyMatch(host::endsWith);
    }

    static List<Finding> look(String servers, Map<String, Object> client, Wish wish) {
        List<Finding> findings = new ArrayList<>();
        if (!is(servers)) {
            return findings;
        }
        for (String key : new String[] {"connections.max.idle.ms", "metadata.max.age.ms"}) {
            Object value = client.get(key);
            if (value == null || Long.parseLong(String.valueOf(value)) >= IDLE_LIMIT_MS) {
                findings.add(Finding.problem(
                        "idle time-out",
                        "Event Hubs closes connections that are idle for 240 s: set kafka.profile: event_hubs, or "
                                + key + " to 180000"));
            }
        }
        int hubs = wish.topics().size() + wish.internal();
        if (hubs > STANDARD_HUBS) {
            findings.add(Finding.note(
                    "quota",
                    "the pipeline needs " + hubs + " event hubs; a Standard namespace has at most " + STANDARD_HUBS));
        }
        Object compression = client.getOrDefault("producer.compression.type", client.get("compression.type"));
        if (compression != null && !List.of("none", "gzip").contains(String.valueOf(compression))) {
            findings.add(Finding.problem(
                    "compression", "Event Hubs takes gzip only, from the Premium tier on, got: " + compression));
        }
        return findings;
    }
}
