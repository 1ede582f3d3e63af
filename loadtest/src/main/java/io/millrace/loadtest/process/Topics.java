package io.millrace.loadtest.process;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes topics. */
public final class Topics {

    private Topics() {}

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Makes those that do not exist yet, as the cluster makes topics, and waits until its brokers know of them. */
    public static void ensure(Map<String, String> client, Collection<String> names, int partitions)
            throws InterruptedException {
        Properties properties = new Properties();
        properties.putAll(client);
        try (Admin admin = Admin.create(properties)) {
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> wanted = names.stream()
                    .filter(name -> !existing.contains(name))
                    .map(name -> new NewTopic(name, Optional.of(partitions), Optional.empty()))
                    .toList();
            admin.createTopics(wanted).all().get();
            awaitLed(admin, awaitKnown(admin, names));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics " + names + " must exist or be made: " + e.getCause(), e);
        }
    }

    /**
     * Only who leads a partition can tell its end. A broker tells of a new partition before it leads it, and then
     * refuses a producer's first batch and takes the second: the first is out of sequence from then on.
     */
    private static void awaitLed(Admin admin, Map<String, TopicDescription> topics)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        topics.forEach((name, topic) -> topic.partitions()
                .forEach(each -> ends.put(new TopicPartition(name, each.partition()), OffsetSpec.latest())));
        admin.listOffsets(ends).all().get();
    }

    private static Map<String, TopicDescription> awaitKnown(Admin admin, Collection<String> names)
            throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return admin.describeTopics(names).allTopicNames().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }
}
