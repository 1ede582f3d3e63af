package io.millrace.connectors.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that the topics of a pipeline exist. */
public final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    /** How long {@link #ensure(Map, Collection)} waits for the brokers, all in all. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(20);

    private final Admin admin;
    private final String servers;
    private final Duration timeout;
    private final long deadline;

    private Topics(Admin admin, String servers, Duration timeout) {
        this.admin = admin;
        this.servers = servers;
        this.timeout = timeout;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /** {@link #ensure(Map, Collection, Duration)} with {@link #DEFAULT_TIMEOUT}. */
    public static List<String> ensure(Map<String, Object> adminConfig, Collection<TopicSpec> topics) {
        return ensure(adminConfig, topics, DEFAULT_TIMEOUT);
    }

    /**
     * Creates the topics that are missing, with the broker's replication factor, and waits until they can be used. Topics
     * that exist are left as they are.
     *
     * @param adminConfig properties of an admin client, {@code bootstrap.servers} and security among them
     * @return how existing topics differ from what is wanted, one sentence each; empty if they suit
     * @throws BrokerException if the brokers cannot be reached in time or refuse, or if a topic that must have so many
     *     partitions exactly has more
     */
    public static List<String> ensure(Map<String, Object> adminConfig, Collection<TopicSpec> topics, Duration timeout) {
        String servers = String.valueOf(adminConfig.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        Map<String, Object> config = new HashMap<>(adminConfig);
        int timeoutMs = Math.toIntExact(timeout.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        Admin admin = connect(config, servers);
        try {
            return new Topics(admin, servers, timeout).ensure(topics);
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    /**
     * How many partitions a topic has.
     *
     * @param adminConfig as for {@link #ensure(Map, Collection)}
     * @throws BrokerException if the brokers cannot be reached in time, or have no such topic
     */
    public static int partitions(Map<String, Object> adminConfig, String topic) {
        String servers = String.valueOf(adminConfig.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        Admin admin = connect(adminConfig, servers);
        try {
            TopicDescription found = new Topics(admin, servers, DEFAULT_TIMEOUT)
                    .describe(List.of(topic))
                    .get(topic);
            if (found == null) {
                throw new BrokerException("topic " + topic + " must exist on " + servers + ", and does not");
            }
            return found.partitions().size();
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private static Admin connect(Map<String, Object> config, String servers) {
        try {
            return Admin.create(config);
        } catch (KafkaException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new BrokerException(
                    "bootstrap.servers must be HOST:PORT of brokers and the client properties must suit them, got: "
                            + servers + " (" + cause.getMessage() + ")",
                    e);
        }
    }

    private List<String> ensure(Collection<TopicSpec> wanted) {
        Map<String, TopicSpec> missing = new TreeMap<>();
        wanted.forEach(spec -> missing.put(spec.name(), spec));
        List<String> names = List.copyOf(missing.keySet());
        Map<String, TopicSpec> specs = Map.copyOf(missing);
        missing.keySet().removeAll(describe(names).keySet());
        create(missing.values());

        Map<String, TopicDescription> found = awaitUsable(names);
        awaitLed(missing.keySet(), found);
        List<String> mismatches = new ArrayList<>();
        for (String name : names) {
            compare(Objects.requireNonNull(specs.get(name)), Objects.requireNonNull(found.get(name)), mismatches);
        }
        return mismatches;
    }

    private Map<String, TopicDescription> describe(Collection<String> names) {
        Map<String, TopicDescription> found = new TreeMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> {
            try {
                found.put(name, await(future));
            } catch (UnknownTopicOrPartitionException e) {
                LOG.debug("topic {} does not exist", name);
            } catch (ApiException e) {
                throw new BrokerException(
                        "topic " + name + " cannot be used on " + servers + " (" + describe(e) + ")", e);
            }
        });
        return found;
    }

    private void create(Collection<TopicSpec> topics) {
        List<NewTopic> requests = topics.stream()
                .map(spec -> new NewTopic(spec.name(), Optional.of(spec.partitions()), Optional.empty())
                        .configs(spec.settings()))
                .toList();
        admin.createTopics(requests).values().forEach((name, future) -> {
            try {
                await(future);
                LOG.info("topic created: name={}", name);
            } catch (TopicExistsException e) {
                LOG.debug("topic {} was created by another process meanwhile", name);
            } catch (ApiException e) {
                throw new BrokerException(
                        "topic " + name + " cannot be created on " + servers + " (" + describe(e)
                                + "); create it there yourself",
                        e);
            }
        });
    }

    /** A created topic is announced to clients a moment later, and Kafka Streams gives up on one that it cannot see. */
    private Map<String, TopicDescription> awaitUsable(Collection<String> names) {
        while (true) {
            Map<String, TopicDescription> found = describe(names);
            boolean led = found.values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.leader() != null);
            if (led && found.size() == names.size()) {
                return found;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new BrokerException("topics " + names + " must be usable within " + timeout.toMillis()
                        + " ms, got no leader for some of their partitions on " + servers);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /**
     * Metadata name a partition's leader before it has begun to lead. Until then it refuses records, and a producer whose
     * first batch is refused and whose second is taken never gets its first one in.
     */
    private void awaitLed(Collection<String> created, Map<String, TopicDescription> found) {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (String name : created) {
            Objects.requireNonNull(found.get(name))
                    .partitions()
                    .forEach(each -> partitions.put(new TopicPartition(name, each.partition()), OffsetSpec.latest()));
        }
        try {
            await(admin.listOffsets(partitions).all()); // only a leader answers; the client asks until one does
        } catch (ApiException e) {
            throw new BrokerException(
                    "topics " + created + " cannot be used on " + servers + " (" + describe(e) + ")", e);
        }
    }

    private void compare(TopicSpec spec, TopicDescription topic, List<String> mismatches) {
        if (spec.exactly() && topic.partitions().size() > spec.partitions()) {
            throw new BrokerException("topic " + spec.name() + " must have exactly "
                    + (spec.partitions() == 1 ? "1 partition" : spec.partitions() + " partitions") + ", got: "
                    + topic.partitions().size() + "; name another topic, or delete this one and make it anew");
        }
        if (topic.partitions().size() < spec.partitions()) {
            mismatches.add("topic " + spec.name() + " must have at least " + spec.partitions() + " partitions, got: "
                    + topic.partitions().size());
        }
        if (spec.settings().isEmpty()) {
            return;
        }
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, spec.name());
        try {
            Config config =
                    await(admin.describeConfigs(List.of(resource)).all()).get(resource);
            spec.settings().forEach((key, value) -> {
                ConfigEntry entry = config == null ? null : config.get(key);
                if (entry == null || !asSet(value).equals(asSet(entry.value()))) {
                    mismatches.add("topic " + spec.name() + " must have " + key + "=" + value + ", got: "
                            + (entry == null ? "no such setting" : entry.value()));
                }
            });
        } catch (ApiException e) {
            mismatches.add("topic " + spec.name() + " has settings that cannot be read (" + describe(e) + "), wanted: "
                    + spec.settings());
        }
    }

    /** List settings come in any order: {@code compact,delete} is {@code delete,compact}. */
    private static Set<String> asSet(String value) {
        return Set.of(value.split(",", -1));
    }

    private <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unreachable(e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw unreachable(cause);
            }
            if (cause instanceof ApiException refusal) {
                throw refusal;
            }
            throw new BrokerException("the brokers at " + servers + " failed: " + describe(cause), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException("interrupted while waiting for the brokers at " + servers, e);
        }
    }

    private BrokerException unreachable(Throwable cause) {
        return new BrokerException(
                "bootstrap.servers must name brokers that answer within " + timeout.toMillis() + " ms, got: " + servers
                        + "; check the address, the network and security.protocol",
                cause);
    }

    private static String describe(Throwable problem) {
        return problem.getClass().getSimpleName() + ": " + problem.getMessage();
    }
}
