package io.millrace.connectors.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a worker is to run.
 *
 * @param group names the workers that share their connectors, and their topics in Kafka; one for each pipeline
 * @param kafka properties of clients that connect to the cluster: {@code bootstrap.servers} and what security needs
 *     are taken, others are not the worker's; values may be secret
 * @param exactlyOnce whether what a source brings is committed together with its position; needs transactions
 * @param overrides further properties of the worker, such as {@code listeners}; they win
 */
public record WorkerOptions(
        String group, Map<String, Object> kafka, boolean exactlyOnce, Map<String, String> overrides) {
    private static final Set<String> CLIENT_PREFIXES = Set.of("bootstrap.servers", "security.", "sasl.", "ssl.");
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    public WorkerOptions {
        kafka = Map.copyOf(kafka);
        overrides = Map.copyOf(overrides);
    }

    /** The properties of a worker of Kafka Connect in distributed mode. */
    Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        kafka.forEach((key, value) -> {
            if (CLIENT_PREFIXES.stream().anyMatch(key::startsWith)) {
                String text = String.valueOf(value);
                properties.put(key, text);
                properties.put("producer." + key, text);
                properties.put("consumer." + key, text);
                properties.put("admin." + key, text);
            }
        });
        properties.put("group.id", group);
        internalTopics(properties);
        // What goes through a connector of ours is bytes: nothing is parsed, wrapped or guessed on the way.
        properties.put("key.converter", BYTES);
        properties.put("value.converter", BYTES);
        properties.put("header.converter", BYTES);
        // Sinks must not tell of what a transaction took back.
        properties.put("consumer.isolation.level", "read_committed");
        properties.put("exactly.once.source.support", exactlyOnce ? "enabled" : "disabled");
        // What a killed source has left open holds up all who read committed records, Kafka Connect itself when it
        // starts again included; for a minute by default.
        properties.put("producer.transaction.timeout.ms", "15000");
        // A killed worker's tasks are dealt out after this time; after five minutes by default.
        properties.put("scheduled.rebalance.max.delay.ms", "10000");
        // So are the records that its sinks were reading; after 45 seconds by default.
        properties.put("consumer.session.timeout.ms", "10000");
        properties.put("config.providers", "env,file");
        properties.put("config.providers.env.class", "org.apache.kafka.common.config.provider.EnvVarConfigProvider");
        properties.put("config.providers.file.class", FileText.class.getName());
        // Looking through the whole class path for plugins takes seconds; those that announce themselves are enough.
        properties.put("plugin.discovery", "service_load");
        properties.put("listeners", "http://127.0.0.1:0");
        properties.putAll(overrides);
        return properties;
    }

    private void internalTopics(Map<String, String> properties) {
        for (String kind : new String[] {"config", "offset", "status"}) {
            properties.put(kind + ".storage.topic", group + "-" + kind + "s");
            properties.put(kind + ".storage.replication.factor", "-1"); // the cluster's own default
        }
        // Kafka Connect's defaults of 25 and 5 are for a cluster that many teams share.
        properties.put("offset.storage.partitions", "4");
        properties.put("status.storage.partitions", "1");
    }

    /** Without values, some of which may be secret. */
    @Override
    public String toString() {
        return "worker group " + group;
    }
}
