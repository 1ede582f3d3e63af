package io.millrace.connectors.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.alerts.OpenAlerts.Post;
import io.millrace.connectors.delivery.Answer;
import io.millrace.connectors.delivery.Backoff;
import io.millrace.connectors.delivery.Counts;
import io.millrace.connectors.delivery.DeliveryCount;
import io.millrace.connectors.delivery.HttpEndpoint;
import io.millrace.connectors.delivery.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the table of alerts from its beginning whenever it is given a partition, since Alertmanager has to be told
 * again of alerts that were raised long ago, and sends what is due with each {@link #put}. An alert that was raised and
 * cleared in what lies behind is therefore never sent: nothing is, before the table's end was seen.
 */
public final class AlertmanagerSinkTask extends SinkTask {
    private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerSinkTask.class);
    private static final int POSTED_AT_ONCE = 200;
    private static final Duration SETTLE_POLL = Duration.ofMillis(500);
    private static final Duration SETTLED_AFTER = Duration.ofMinutes(1);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private Counts<DeliveryCount> counts = Counts.unseen(DeliveryCount.values());
    private @Nullable OpenAlerts alerts;
    private List<HttpEndpoint> endpoints = List.of();
    private Map<String, String> headers = Map.of();
    private Duration resend = Duration.ZERO;
    private @Nullable Instant readingSince;
    private Instant notBefore = Instant.MIN;
    private int failures;

    @Override
    public void start(Map<String, String> values) {
        AlertmanagerConfig config = new AlertmanagerConfig(values);
        endpoints = config.endpoints();
        resend = config.resend();
        alerts = new OpenAlerts(config.labels(), resend);
        Map<String, String> all = new HashMap<>(Map.of("Content-Type", "application/json"));
        config.authorization().ifPresent(value -> all.put("Authorization", value));
        headers = all;
        counts = Counts.of(DeliveryCount.values(), context);
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        context.offset(partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> 0L)));
        readingSince = Instant.now();
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        partitions.forEach(table()::forget);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        Instant now = Instant.now();
        for (SinkRecord record : records) {
            take(record, now);
        }
        if (readingSince != null && !records.isEmpty() && now.isBefore(readingSince.plus(SETTLED_AFTER))) {
            context.timeout(SETTLE_POLL.toMillis());
            return;
        }
        readingSince = null;
        if (!now.isBefore(notBefore)) {
            sendDue(now);
        }
        context.timeout(
                Math.max(1, Math.min(resend.toMillis() / 2, BACKOFF.longest().toMillis())));
    }

    private void take(SinkRecord record, Instant now) {
        try {
            TopicPartition partition = new TopicPartition(record.topic(), record.kafkaPartition());
            Alert.read(record).ifPresent(alert -> table().update(partition, alert, now));
        } catch (DataException e) {
            LOG.warn(
                    "alert is passed over: topic={} partition={} offset={} reason={}",
                    record.topic(),
                    record.kafkaPartition(),
                    record.kafkaOffset(),
                    e.getMessage());
        }
    }

    private void sendDue(Instant now) {
        List<Post> due = table().due(now, POSTED_AT_ONCE);
        while (!due.isEmpty()) {
            if (!send(due)) {
                failures++;
                notBefore = now.plus(BACKOFF.after(failures));
                return; // they stay due
            }
            failures = 0;
            table().sent(due, now);
            due = table().due(now, POSTED_AT_ONCE);
        }
    }

    /** Whether one Alertmanager at least has taken them; those of a cluster tell each other only of what they sent. */
    private boolean send(List<Post> posts) {
        byte[] body = posts.stream()
                .map(post -> post.json().toString())
                .collect(Collectors.joining(",", "[", "]"))
                .getBytes(UTF_8);
        boolean taken = false;
        long begun = System.nanoTime();
        for (HttpEndpoint endpoint : endpoints) {
            Answer answer = post(endpoint, body);
            counts.add(DeliveryCount.DELIVERIES, 1);
            if (answer instanceof Answer.Unavailable unavailable) {
                counts.add(DeliveryCount.RETRIES, 1);
                LOG.warn("alertmanager is tried again: alerts={} reason={}", posts.size(), unavailable.why());
            } else {
                taken = true;
            }
            if (answer instanceof Answer.Refused refused) {
                // It has taken the others of the request; to send these again would be refused again.
                counts.add(DeliveryCount.FAILED, 1);
                LOG.error("alertmanager refuses alerts: alerts={} reason={}", posts.size(), refused.why());
            }
        }
        counts.add(DeliveryCount.DELIVERY_MS, (System.nanoTime() - begun) / 1_000_000);
        counts.add(DeliveryCount.DELIVERED, taken ? posts.size() : 0);
        return taken;
    }

    private Answer post(HttpEndpoint endpoint, byte[] body) {
        try {
            return endpoint.post(body, headers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while posting", e);
        }
    }

    private OpenAlerts table() {
        return Objects.requireNonNull(alerts);
    }

    @Override
    public void stop() {
        LOG.info("alertmanager sink stops: open={}", alerts == null ? 0 : alerts.size());
    }

    @Override
    public String version() {
        return Version.OF_THIS;
    }
}
