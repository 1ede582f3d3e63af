package io.millrace.connectors.doctor;

import io.millrace.connectors.broker.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Looks a cluster over: whether it can be reached and lets the client in, and whether it has what a pipeline asks for.
 * Nothing is changed: topics are only asked to be made ({@code validateOnly}), and a transaction of no record is opened
 * and taken back under an id of its own.
 *
 * <p>Each look has a time limit. Not thread-safe.
 */
public final class Doctor {
    private static final String STREAMS_FEATURE = "streams.version";

    private final Map<String, Object> client;
    private final Wish wish;
    private final Duration patience;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param client properties of Kafka clients; values may be secret and are not shown
     * @param patience how long each look may take
     */
    public Doctor(Map<String, Object> client, Wish wish, Duration patience) {
        this.client = new HashMap<>(client);
        this.wish = wish;
        this.patience = patience;
    }

    /** Looks at everything. */
    public Examination examine() {
        String servers = String.valueOf(client.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        findings.addAll(Reach.look(servers, patience));
        if (findings.stream().allMatch(address -> address.level() == Finding.Level.PROBLEM)) {
            return unreachable();
        }
        try {
            Admin admin = admin();
            try {
                return examine(admin, servers);
            } finally {
                // By itself it waits for an answer that may never come, whatever its time-outs.
                admin.close(Duration.ZERO);
            }
        } catch (Refusal | KafkaException e) {
            findings.add(Finding.problem("cluster", Reach.why(servers, e)));
            return unreachable();
        }
    }

    private Examination examine(Admin admin, String servers) {
        Collection<Node> nodes = await(admin.describeCluster().nodes());
        findings.add(
                Finding.ok("cluster", nodes.size() + " broker" + (nodes.size() == 1 ? "" : "s") + " at " + servers));
        boolean compacts = lookAt(admin);
        boolean transacts = Transactions.look(client, patience, wish.transactions(), findings);
        findings.addAll(EventHubsEndpoint.look(servers, client, wish));
        return new Examination(true, findings, verdict(transacts, compacts, EventHubsEndpoint.is(servers)));
    }

    private Examination unreachable() {
        return new Examination(false, findings, "The cluster cannot be looked at: mend the above, then ask again.");
    }

    private Admin admin() {
        Map<String, Object> config = new HashMap<>(client);
        int timeoutMs = Math.toIntExact(patience.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        return Admin.create(config);
    }

    /** Whether topics can be compacted. */
    private boolean lookAt(Admin admin) {
        Set<String> existing = new TreeSet<>(await(admin.listTopics().names()));
        List<TopicSpec> missing = new ArrayList<>();
        for (TopicSpec topic : wish.topics()) {
            try {
                TopicDescription found = await(
                                admin.describeTopics(List.of(topic.name())).allTopicNames())
                        .values()
                        .iterator()
                        .next();
                TopicCheck.look(topic, found, config(admin, topic), wish, findings);
            } catch (Refusal e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    missing.add(topic);
                } else {
                    findings.add(Finding.problem("topic " + topic.name(), "cannot be used: " + e.getMessage()));
                }
            }
        }
        missing.forEach(topic -> tryToMake(admin, topic));
        boolean compacts = tryToCompact(admin);
        int toMake = missing.size() + wish.internal();
        findings.add(Finding.ok(
                "topics",
                existing.size() + " there are, " + toMake + " more would be made (" + wish.internal()
                        + " by Kafka Streams for its state)"));
        protocol(admin);
        return compacts;
    }

    private Map<String, String> config(Admin admin, TopicSpec topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        Map<String, String> settings = new HashMap<>();
        try {
            await(admin.describeConfigs(List.of(resource)).all()).values().forEach(config -> config.entries()
                    .forEach(entry -> settings.put(entry.name(), String.valueOf(entry.value()))));
        } catch (Refusal e) {
            findings.add(Finding.note("topic " + topic.name(), "its settings may not be read: " + e.getMessage()));
        }
        return settings;
    }

    private void tryToMake(Admin admin, TopicSpec topic) {
        try {
            validate(admin, topic);
            findings.add(Finding.ok("topic " + topic.name(), "is missing, and can be made"));
        } catch (Refusal e) {
            findings.add(Finding.problem(
                    "topic " + topic.name(),
                    "is missing, and may not be made (" + e.getMessage() + "): have it made with " + topic.partitions()
                            + " partitions" + (topic.settings().isEmpty() ? "" : " and " + topic.settings())));
        }
    }

    private boolean tryToCompact(Admin admin) {
        try {
            validate(admin, TopicSpec.compacted("millrace-doctor-" + System.nanoTime(), 1));
            findings.add(Finding.ok("compaction", "compacted topics can be made"));
            return true;
        } catch (Refusal e) {
            String text =
                    "compacted topics cannot be made (" + e.getMessage() + "); " + wish.compacted() + " are needed";
            findings.add(wish.compacted() > 0 ? Finding.problem("compaction", text) : Finding.note("compaction", text));
            return false;
        }
    }

    private void validate(Admin admin, TopicSpec topic) {
        NewTopic asked = new NewTopic(topic.name(), topic.partitions(), (short) -1).configs(topic.settings());
        await(admin.createTopics(List.of(asked), new CreateTopicsOptions().validateOnly(true))
                .all());
    }

    private void protocol(Admin admin) {
        if (!wish.streamsProtocol()) {
            return;
        }
        Map<String, FinalizedVersionRange> features =
                await(admin.describeFeatures().featureMetadata()).finalizedFeatures();
        FinalizedVersionRange version = features.get(STREAMS_FEATURE);
        findings.add(
                version != null && version.maxVersionLevel() > 0
                        ? Finding.ok("group protocol", "streams is on")
                        : Finding.problem(
                                "group protocol",
                                "the cluster does not know group.protocol=streams: leave the key out for classic, or"
                                        + " turn the feature " + STREAMS_FEATURE + " on"));
    }

    private String verdict(boolean transacts, boolean compacts, boolean eventHubs) {
        if (!compacts && wish.compacted() > 0) {
            return "State and alerts need compacted topics. "
                    + (eventHubs
                            ? "Take a namespace of the Standard tier or above, or read this one by source.connector"
                                    + " (AMQP) and run the pipeline on another Kafka or on the embedded broker."
                            : "Have them allowed, or run on another cluster.");
        }
        if (transacts) {
            return "exactly_once fits: transactions and compaction are there."
                    + (wish.transactions() ? "" : " The pipeline asks for at_least_once only.");
        }
        if (wish.transactions()) {
            return "at_least_once fits, exactly_once does not: there are no transactions. Set guarantee: at_least_once"
                    + (eventHubs
                            ? ", take the Premium or Dedicated tier, or read by source.connector (AMQP) into another Kafka,"
                                    + " which keeps exactly once."
                            : ", or have transactions allowed.");
        }
        return "at_least_once fits, as asked for. exactly_once would not: there are no transactions.";
    }

    private <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new Refusal(Reach.shortly(cause), cause);
        } catch (TimeoutException e) {
            throw new Refusal("no answer within " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal("interrupted", e);
        }
    }

    /** The cluster has said no, or nothing. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
