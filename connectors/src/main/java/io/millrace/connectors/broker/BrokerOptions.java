package io.millrace.connectors.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Where and how an {@link EmbeddedBroker} runs.
 *
 * @param directory the broker's own directory: created and formatted on first use, kept by later starts
 * @param host the address to listen on and to tell clients; {@code 127.0.0.1} unless told otherwise
 * @param port the port for clients; 0 takes a free one, which {@link EmbeddedBroker#bootstrapServers()} names
 * @param properties Kafka broker properties that override Millrace's defaults
 * @param onFault told once, on one of the broker's threads, when the running broker has broken down; must not block
 */
public record BrokerOptions(
        Path directory, String host, int port, Map<String, String> properties, Consumer<BrokerException> onFault) {
    private static final String ADVERTISED = "advertised.listeners";
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    public BrokerOptions {
        if (host.isBlank()) {
            throw new IllegalArgumentException("broker host must not be blank");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("broker port must be between 0 and 65535, got: " + port);
        }
        if (WILDCARDS.contains(host) && !properties.containsKey(ADVERTISED)) {
            throw new IllegalArgumentException("broker host must be an address that clients can connect to, got: "
                    + host + "; add the broker property " + ADVERTISED
                    + "=PLAINTEXT://NAME:PORT to listen on all addresses");
        }
        directory = directory.toAbsolutePath().normalize();
        if (directory.toString().contains(",")) { // Kafka takes a comma for the end of one of several directories
            throw new IllegalArgumentException("broker directory must not have a comma in its path, got: " + directory);
        }
        properties = Map.copyOf(properties);
        TreeSet<String> reserved = new TreeSet<>(properties.keySet());
        reserved.retainAll(BrokerProperties.RESERVED);
        if (!reserved.isEmpty()) {
            throw new IllegalArgumentException(
                    "broker properties must not set what directory, host and port decide, got: "
                            + String.join(", ", reserved));
        }
    }

    /** A broker on a free port of 127.0.0.1 with its data in {@code directory}. */
    public static BrokerOptions in(Path directory) {
        return new BrokerOptions(directory, "127.0.0.1", 0, Map.of(), fault -> {});
    }

    public BrokerOptions withHost(String newHost) {
        return new BrokerOptions(directory, newHost, port, properties, onFault);
    }

    public BrokerOptions withPort(int newPort) {
        return new BrokerOptions(directory, host, newPort, properties, onFault);
    }

    public BrokerOptions withProperties(Map<String, String> newProperties) {
        return new BrokerOptions(directory, host, port, newProperties, onFault);
    }

    public BrokerOptions withOnFault(Consumer<BrokerException> newOnFault) {
        return new BrokerOptions(directory, host, port, properties, newOnFault);
    }

    String address(int actualPort) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + actualPort;
    }

    /** Where this process connects to: a broker that listens everywhere listens on loopback too. */
    String localAddress(int actualPort) {
        return WILDCARDS.contains(host) ? "127.0.0.1:" + actualPort : address(actualPort);
    }
}
