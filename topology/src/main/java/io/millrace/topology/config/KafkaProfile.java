package io.millrace.topology.config;

import java.util.Map;

/** Settings that a kind of cluster asks for; {@code kafka.profile} in the file. What the file says itself wins. */
public enum KafkaProfile {
    /**
     * The Kafka endpoint of Azure Event Hubs, as Microsoft's page "Apache Kafka configurations" has it: connections are
     * dropped after 240 s of silence, requests are limited to 1 MB, and timestamps are those of arrival unless told
     * otherwise.
     */
    EVENT_HUBS(Map.ofEntries(
            Map.entry("security.protocol", "SASL_SSL"),
            Map.entry("sasl.mechanism", "PLAIN"),
            Map.entry("metadata.max.age.ms", "180000"),
            Map.entry("connections.max.idle.ms", "180000"),
            Map.entry("request.timeout.ms", "60000"),
            Map.entry("session.timeout.ms", "30000"),
            Map.entry("producer.max.request.size", "1000000"),
            Map.entry("group.protocol", "classic"),
            Map.entry("topic.message.timestamp.type", "CreateTime")));

    @SuppressWarnings("ImmutableEnumChecker") // made by Map.ofEntries
    private final Map<String, String> settings;

    KafkaProfile(Map<String, String> settings) {
        this.settings = settings;
    }

    Map<String, String> settings() {
        return settings;
    }
}
