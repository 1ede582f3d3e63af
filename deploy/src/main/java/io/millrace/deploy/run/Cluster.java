package io.millrace.deploy.run;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.topology.config.KafkaConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka that a pipeline runs on: the user's, or one of its own that is closed with it.
 *
 * @param properties of clients that connect to it; values may be secret
 * @param embedded the broker, where it is our own
 */
public record Cluster(
        Map<String, Object> properties, @Nullable EmbeddedBroker embedded) implements AutoCloseable {

    /**
     * Connects to the cluster that is named, or starts a broker in the given directory where none is.
     *
     * @throws io.millrace.connectors.broker.BrokerException if that broker cannot be started
     */
    public static Cluster of(KafkaConfig config, Path brokerDirectory) {
        Map<String, Object> properties = new HashMap<>(config.properties());
        if (!config.isEmbedded()) {
            return new Cluster(properties, null);
        }
        EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(brokerDirectory));
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        return new Cluster(properties, broker);
    }

    /** Where it is, for a person. */
    public String bootstrapServers() {
        return String.valueOf(properties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
    }

    @Override
    public String toString() {
        return (embedded == null ? "" : "embedded broker ") + bootstrapServers();
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
