package io.millrace.connectors.eventhubs;

import com.azure.core.amqp.AmqpTransportType;
import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventDataBatch;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import com.azure.messaging.eventhubs.EventHubProperties;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import io.millrace.connectors.delivery.Lookup;
import io.millrace.connectors.doctor.Finding;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds out over AMQP whether an event hub can be used as a connector is to use it: reached, with this key or role, with
 * its partitions and consumer group. Nothing is sent, and nobody who reads is shut out.
 */
public final class HubProbe {
    private static final Duration SILENCE = Duration.ofSeconds(3); // without a refusal is consent

    private final String name;
    private final Duration patience;
    private final List<Finding> findings = new ArrayList<>();

    private HubProbe(String name, Duration patience) {
        this.name = name;
        this.patience = patience;
    }

    /**
     * Looks at a source's or a sink's hub.
     *
     * @param name the connector's, for the findings
     * @param connector its configuration, which is sound; with {@code connector.class}
     * @param patience how long each look may take
     * @return nothing for a connector that has no event hub
     */
    public static List<Finding> look(String name, Map<String, String> connector, Duration patience) {
        HubProbe probe = new HubProbe(name, patience);
        Map<String, String> values = new HashMap<>(connector);
        values.put(SourceConfig.TIMEOUT, Long.toString(Math.max(100, Math.min(patience.toMillis(), 300_000))));
        String type = String.valueOf(values.get("connector.class"));
        if (type.equals(EventHubsSourceConnector.class.getName())) {
            probe.source(new SourceConfig(EventHubsSourceConnector.DEFINITION, values));
        } else if (type.equals(IotHubSourceConnector.class.getName())) {
            probe.source(new IotHubConfig(values));
        } else if (type.equals(EventHubsSinkConnector.class.getName())) {
            probe.sink(new EventHubsSinkConfig(values));
        }
        return probe.findings;
    }

    private void source(SourceConfig config) {
        HubAddress address;
        try {
            address = HubAddress.resolve(config);
        } catch (ConnectException e) { // an IoT Hub that does not tell of the hub behind it
            problem(e.getMessage() + ". " + whatToDo(e, "service connect"));
            return;
        }
        if (!isKnown(address, config)) {
            return;
        }
        try (EventHubConsumerAsyncClient client = address.open(config)) {
            EventHubProperties hub = ask(client.getEventHubProperties());
            List<String> ids = hub.getPartitionIds().stream().sorted().toList();
            long kept = 0;
            String full = null;
            for (String id : ids) {
                PartitionProperties partition = ask(client.getPartitionProperties(id));
                if (!partition.isEmpty()) {
                    kept += partition.getLastEnqueuedSequenceNumber() - partition.getBeginningSequenceNumber() + 1;
                    full = id;
                }
            }
            ok("event hub " + address + " has " + partitions(ids.size()) + ", and keeps " + kept + " events");
            if (config.samePartition()) {
                note("eventhubs.partitioning is same: topic " + config.topic() + " must have at least "
                        + partitions(ids.size()) + ", or set it to key");
            }
            read(client, full == null ? ids.get(0) : full, full != null, config.group());
        } catch (RuntimeException e) {
            problem("event hub " + address + " cannot be used: " + Trouble.of(e).text() + ". " + whatToDo(e, "Listen"));
        }
    }

    /** Without an owner level: that shuts nobody out, and is refused where somebody reads with one. */
    private void read(EventHubConsumerAsyncClient client, String partition, boolean full, String group) {
        try {
            Flux<PartitionEvent> events = client.receiveFromPartition(partition, EventPosition.earliest());
            PartitionEvent first = events.take(1)
                    .timeout(full ? patience : SILENCE, Flux.empty())
                    .blockLast(patience.multipliedBy(2));
            if (full && first == null) {
                problem("consumer group " + group + " gives no event of partition " + partition + " within " + patience
                        + ", and there are some");
            } else {
                ok("consumer group " + group + " can be read" + (full ? "" : ", as far as an empty hub can show"));
            }
        } catch (RuntimeException e) {
            Throwable cause = Trouble.of(e).cause();
            AmqpErrorCondition condition = cause instanceof AmqpException amqp ? amqp.getErrorCondition() : null;
            if (condition == AmqpErrorCondition.LINK_STOLEN) {
                note("somebody reads with consumer group " + group
                        + " now: this pipeline elsewhere, or else give it a group of its own");
            } else if (condition == AmqpErrorCondition.RESOURCE_LIMIT_EXCEEDED) {
                note("five others read with consumer group " + group + ": give the pipeline one of its own");
            } else if (condition == AmqpErrorCondition.NOT_FOUND) {
                problem("there is no consumer group " + group + ": make it, or mend eventhubs.consumer.group");
            } else {
                problem("consumer group " + group + " cannot be read: "
                        + Trouble.of(e).text() + ". " + whatToDo(e, "Listen"));
            }
        }
    }

    /** A batch that is made and not sent needs the link, and so the right to send. */
    private void sink(EventHubsSinkConfig config) {
        HubAddress address = HubAddress.of(config);
        if (!isKnown(address, config)) {
            return;
        }
        try (EventHubProducerAsyncClient client = address.openProducer(config)) {
            List<String> ids = ask(client.getEventHubProperties()).getPartitionIds().stream()
                    .sorted()
                    .toList();
            String partition = config.fixedPartition();
            if (partition != null && !ids.contains(partition)) {
                problem("event hub " + address + " has no partition " + partition
                        + ": eventhubs.partitioning must name one of " + ids);
                return;
            }
            EventDataBatch batch = ask(client.createBatch(new Lane(null, partition).options()));
            ok("event hub " + address + " has " + partitions(ids.size()) + ", and takes batches of up to "
                    + batch.getMaxSizeInBytes() + " bytes");
            if (config.samePartition()) {
                note("eventhubs.partitioning is same: the sink's topics must have at most " + partitions(ids.size())
                        + ", or set it to key");
            }
        } catch (RuntimeException e) {
            problem("event hub " + address + " cannot be used: " + Trouble.of(e).text() + ". " + whatToDo(e, "Send"));
        }
    }

    /** The SDK would look the host up on the thread that all its work waits for, and tell of no reason. */
    private boolean isKnown(HubAddress address, HubConfig config) {
        if (config.transport() != AmqpTransportType.AMQP) {
            return true; // a proxy may know what this machine does not
        }
        try {
            Lookup.of(address.reachedAt(config), patience);
            return true;
        } catch (UnknownHostException e) {
            problem("event hub " + address + " cannot be used: " + e.getMessage()
                    + ". Is the name right, and DNS at hand?");
            return false;
        }
    }

    private <T> T ask(Mono<T> question) {
        return Objects.requireNonNull(question.block(patience.multipliedBy(2)), "the hub answers nothing");
    }

    private static String whatToDo(Throwable error, String right) {
        Throwable cause = Trouble.of(error).cause();
        AmqpErrorCondition condition = cause instanceof AmqpException amqp ? amqp.getErrorCondition() : null;
        if (condition == AmqpErrorCondition.NOT_FOUND) {
            return "Mend eventhubs.hub, or make the hub";
        }
        if (Trouble.of(error).kind() == Trouble.Kind.REFUSED) {
            return "Check the key or the role: it needs the right " + right;
        }
        if (Trouble.of(error).kind() == Trouble.Kind.BUSY) {
            return "It is throttled: give the namespace more throughput units, or try later";
        }
        return "Is the host right, and may this machine reach its port 5671? eventhubs.transport: websockets goes through"
                + " 443";
    }

    private static String partitions(int count) {
        return count + (count == 1 ? " partition" : " partitions");
    }

    private void ok(String text) {
        findings.add(Finding.ok(name, text));
    }

    private void note(String text) {
        findings.add(Finding.note(name, text));
    }

    private void problem(@Nullable String text) {
        findings.add(Finding.problem(name, String.valueOf(text)));
    }
}
