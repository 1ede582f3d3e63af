package io.millrace.loadtest.generate;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.PartitionProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An event hub that a load goes to, by its connection string with an {@code EntityPath}. The string itself is nowhere
 * shown: it is named by where it stands, {@code env:NAME} or {@code file:PATH}.
 */
public final class EventHub implements Outlet {

    /**
     * A send of unknown fate is not repeated: were it doubled, the pipeline would be blamed for it. It makes the run
     * invalid instead.
     */
    private static final AmqpRetryOptions ONCE =
            new AmqpRetryOptions().setMaxRetries(0).setTryTimeout(Duration.ofSeconds(30));

    private static final AmqpRetryOptions ASKING =
            new AmqpRetryOptions().setMaxRetries(2).setTryTimeout(Duration.ofSeconds(15));

    private final String reference;
    private final String connection;
    private final List<String> partitions;
    private final Optional<Instant> last;

    private EventHub(String reference, String connection) {
        this.reference = reference;
        this.connection = connection;
        try (EventHubProducerClient client = builder().retryOptions(ASKING).buildProducerClient()) {
            this.partitions =
                    client.getEventHubProperties().getPartitionIds().stream().toList();
            this.last = partitions.stream()
                    .map(client::getPartitionProperties)
                    .filter(partition -> !partition.isEmpty())
                    .map(PartitionProperties::getLastEnqueuedTime)
                    .max(Instant::compareTo);
        }
    }

    /**
     * Finds the hub and asks it for its partitions.
     *
     * @param reference {@code env:NAME} or {@code file:PATH}, where the connection string stands
     * @param environment such as {@code System::getenv}
     */
    public static EventHub open(String reference, UnaryOperator<String> environment) throws IOException {
        return new EventHub(absolute(reference), secret(reference, environment));
    }

    private static String secret(String reference, UnaryOperator<String> environment) throws IOException {
        String secret;
        if (reference.startsWith("env:")) {
            secret = environment.apply(reference.substring("env:".length()));
        } else if (reference.startsWith("file:")) {
            secret = Files.readString(path(reference)).strip();
        } else {
            throw new IllegalArgumentException(
                    "output.eventHub must be env:NAME or file:PATH, where the connection string stands; what was given"
                            + " instead is not shown");
        }
        if (secret == null || secret.isBlank()) {
            throw new IllegalArgumentException(
                    "output.eventHub must name what holds a connection string, got: " + reference + ", which is empty");
        }
        if (!secret.contains("EntityPath=")) {
            throw new IllegalArgumentException(
                    "output.eventHub must name a connection string with an EntityPath, found none in: " + reference);
        }
        return secret;
    }

    private static Path path(String reference) {
        return Path.of(reference.substring("file:".length())).toAbsolutePath();
    }

    private static String absolute(String reference) {
        return reference.startsWith("file:") ? "file:" + path(reference) : reference;
    }

    /** As pipeline.yaml has it: <code>${env:NAME}</code> or <code>${file:PATH}</code>, the path absolute. */
    public String placeholder() {
        return "${" + reference + "}";
    }

    public int partitions() {
        return partitions.size();
    }

    /** When the last of what was in it already had been taken in, by its own clock; empty if it was empty. */
    public Optional<Instant> last() {
        return last;
    }

    @Override
    public Sink open(Journal journal) {
        return new EventHubsSink(builder().retryOptions(ONCE).buildAsyncProducerClient(), partitions, journal);
    }

    private EventHubClientBuilder builder() {
        try {
            return new EventHubClientBuilder().connectionString(connection);
        } catch (IllegalArgumentException e) { // its message shows what it does not understand, which may be the key
            throw new IllegalArgumentException(
                    "output.eventHub must name a connection string as the portal shows it, found another in: "
                            + reference);
        }
    }
}
