package io.millrace.loadtest.process;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Makes topics. */
public final class Topics {

    private Topics() {}

    /** Makes those that do not exist yet, on as many replicas as the cluster likes best. */
    public static void ensure(Map<String, String> client, Collection<String> names, int partitions)
            throws InterruptedException {
        Properties properties = new Properties();
        properties.putAll(client);
        try (Admin admin = Admin.create(properties)) {
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> wanted = names.stream()
                    .filter(name -> !existing.contains(name))
                    .map(name -> new NewTopic(name, java.util.Optional.of(partitions), java.util.Optional.empty()))
                    .toList();
            admin.createTopics(wanted).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics " + names + " must exist or be made: " + e.getCause(), e);
        }
    }
}
