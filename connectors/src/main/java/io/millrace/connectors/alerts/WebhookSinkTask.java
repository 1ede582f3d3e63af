package io.millrace.connectors.alerts;

import io.millrace.connectors.alerts.HttpEndpoint.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts one record after the other. While the receiver is not available, Kafka Connect hands the same records in again
 * after a pause; those that were delivered are passed over. After a crash the last ones come again, with the same
 * {@code ce-id}.
 */
public final class WebhookSinkTask extends SinkTask {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSinkTask.class);

    private final Map<TopicPartition, Long> done = new HashMap<>();
    private @Nullable WebhookConfig config;
    private @Nullable HttpEndpoint endpoint;
    private Optional<Signature> signature = Optional.empty();
    private int failures;
    private @Nullable Instant failingSince;

    @Override
    public void start(Map<String, String> values) {
        WebhookConfig read = new WebhookConfig(values);
        config = read;
        endpoint = read.endpoint();
        signature = read.signature();
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        partitions.forEach(done::remove);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        for (SinkRecord record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.kafkaPartition());
            Long last = done.get(partition);
            if (last == null || record.kafkaOffset() > last) {
                deliver(record);
                done.put(partition, record.kafkaOffset());
                failures = 0;
                failingSince = null;
            }
        }
    }

    private void deliver(SinkRecord record) {
        byte[] body;
        try {
            Optional<Alert> alert = Alert.read(record);
            if (alert.isEmpty() || !(config().sendsAll() || alert.get().notifies())) {
                return;
            }
            body = Objects.requireNonNull(Alert.bytes(record.value()));
        } catch (DataException e) {
            bury(record, e);
            return;
        }
        Answer answer = post(record, body);
        if (answer instanceof Answer.Refused refused) {
            bury(record, new ConnectException(refused.why()));
        } else if (answer instanceof Answer.Unavailable unavailable) {
            later(record, unavailable);
        }
    }

    private Answer post(SinkRecord record, byte[] body) {
        Map<String, String> headers = CloudEvent.headers(record);
        config().authorization().ifPresent(value -> headers.put("Authorization", value));
        String id = Objects.requireNonNull(headers.get("ce-id"));
        signature.ifPresent(sign -> headers.putAll(sign.headers(id, Instant.now(), body)));
        try {
            return Objects.requireNonNull(endpoint).post(body, headers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while posting", e);
        }
    }

    /** Has Kafka Connect hand the record in again, unless it was tried for long enough. */
    private void later(SinkRecord record, Answer.Unavailable unavailable) {
        Instant since = failingSince == null ? Instant.now() : failingSince;
        failingSince = since;
        failures++;
        if (Duration.between(since, Instant.now()).compareTo(config().retryFor()) >= 0) {
            bury(
                    record,
                    new ConnectException("not delivered within " + config().retryFor() + ": " + unavailable.why()));
            return;
        }
        Duration pause = unavailable
                .retryAfter()
                .filter(asked -> asked.compareTo(config().retryFor()) < 0)
                .orElse(config().backoff().after(failures));
        LOG.warn(
                "webhook is tried again: in={}ms failures={} reason={}", pause.toMillis(), failures, unavailable.why());
        context.timeout(pause.toMillis());
        throw new RetriableException(unavailable.why());
    }

    private void bury(SinkRecord record, RuntimeException why) {
        LOG.warn(
                "alert is not delivered: topic={} partition={} offset={} reason={}",
                record.topic(),
                record.kafkaPartition(),
                record.kafkaOffset(),
                why.getMessage());
        ErrantRecordReporter reporter = context.errantRecordReporter();
        if (reporter == null) {
            throw new ConnectException(
                    "a record is not delivered, and there is nowhere to keep it: set errors.tolerance=all and"
                            + " errors.deadletterqueue.topic.name",
                    why);
        }
        try {
            reporter.report(record, why).get();
        } catch (ExecutionException e) {
            throw new ConnectException("a dead letter cannot be written: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while writing a dead letter", e);
        }
    }

    private WebhookConfig config() {
        return Objects.requireNonNull(config);
    }

    @Override
    public void stop() {
        done.clear();
    }

    @Override
    public String version() {
        return Version.OF_THIS;
    }
}
