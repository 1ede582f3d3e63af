package io.millrace.connectors.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
 * Delivers one record after the other. While the receiver is not available, Kafka Connect hands the same records in again
 * after a pause; those that were delivered are passed over. What the receiver refuses, or does not take for too long,
 * becomes a dead letter. After a crash the last records are delivered once more.
 */
public abstract class DeliveringTask extends SinkTask {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveringTask.class);

    private final Map<TopicPartition, Long> done = new HashMap<>();
    private @Nullable Patience patience;
    private int failures;
    private @Nullable Instant failingSince;

    /** To be called at the task's start. */
    protected final void setPatience(Patience chosen) {
        patience = chosen;
    }

    /**
     * Hands one record over.
     *
     * @throws DataException if the record is not what the sink can deliver: a dead letter
     */
    protected abstract Answer deliver(SinkRecord record) throws InterruptedException;

    @Override
    public void open(Collection<TopicPartition> partitions) {
        partitions.forEach(done::remove);
    }

    @Override
    public final void put(Collection<SinkRecord> records) {
        for (SinkRecord record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.kafkaPartition());
            Long last = done.get(partition);
            if (last == null || record.kafkaOffset() > last) {
                handle(record);
                done.put(partition, record.kafkaOffset());
                failures = 0;
                failingSince = null;
            }
        }
    }

    private void handle(SinkRecord record) {
        try {
            Answer answer = deliver(record);
            if (answer instanceof Answer.Refused refused) {
                bury(record, new ConnectException(refused.why()));
            } else if (answer instanceof Answer.Unavailable unavailable) {
                later(record, unavailable);
            }
        } catch (DataException e) {
            bury(record, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while delivering", e);
        }
    }

    /** Has Kafka Connect hand the record in again, unless it was tried for long enough. */
    private void later(SinkRecord record, Answer.Unavailable unavailable) {
        Patience limits = Objects.requireNonNull(patience);
        Instant since = failingSince == null ? Instant.now() : failingSince;
        failingSince = since;
        failures++;
        if (Duration.between(since, Instant.now()).compareTo(limits.retryFor()) >= 0) {
            bury(record, new ConnectException("not delivered within " + limits.retryFor() + ": " + unavailable.why()));
            return;
        }
        Duration pause = unavailable
                .retryAfter()
                .filter(asked -> asked.compareTo(limits.retryFor()) < 0)
                .orElse(limits.backoff().after(failures));
        LOG.warn(
                "delivery is tried again: in={}ms failures={} reason={}",
                pause.toMillis(),
                failures,
                unavailable.why());
        context.timeout(pause.toMillis());
        throw new RetriableException(unavailable.why());
    }

    private void bury(SinkRecord record, RuntimeException why) {
        LOG.warn(
                "record is not delivered: topic={} partition={} offset={} reason={}",
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

    @Override
    public void stop() {
        done.clear();
    }

    @Override
    public final String version() {
        return Version.OF_THIS;
    }
}
