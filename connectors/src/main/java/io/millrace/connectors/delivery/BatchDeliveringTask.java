package io.millrace.connectors.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers records before {@link #put} returns, so that Kafka Connect commits what is delivered and nothing else. While
 * the receiver is not available, Kafka Connect hands the same records in again after a pause; those that were delivered
 * are passed over. What the receiver refuses, or does not take for too long, becomes a dead letter. After a crash the
 * last records are delivered once more.
 */
public abstract class BatchDeliveringTask extends SinkTask {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDeliveringTask.class);

    private final Map<TopicPartition, Long> done = new HashMap<>();
    /** Of the records that are handed in now, those that are done while earlier ones may not be. */
    private final Set<Place> ahead = new HashSet<>();

    private Counts<DeliveryCount> counts = Counts.unseen(DeliveryCount.values());
    private long nanos; // spent on deliveries, and less than a millisecond
    private @Nullable Patience patience;
    private int failures;
    private @Nullable Instant failingSince;

    private record Place(TopicPartition partition, long offset) {
        static Place of(SinkRecord record) {
            return new Place(new TopicPartition(record.topic(), record.kafkaPartition()), record.kafkaOffset());
        }
    }

    /** To be called at the task's start. */
    protected final void begin(Patience chosen) {
        patience = chosen;
        counts = Counts.of(DeliveryCount.values(), context);
    }

    /**
     * Hands records over.
     *
     * @param records at least one
     * @return an answer to the first record or more of them, in their order; those without one were not tried
     */
    protected abstract List<Answer> deliver(List<SinkRecord> records) throws InterruptedException;

    @Override
    public void open(Collection<TopicPartition> partitions) {
        partitions.forEach(done::remove);
        ahead.removeIf(place -> partitions.contains(place.partition()));
    }

    @Override
    public final void put(Collection<SinkRecord> records) {
        List<SinkRecord> left =
                records.stream().filter(record -> !isDone(Place.of(record))).toList();
        while (!left.isEmpty()) {
            left = left.subList(handOver(left), left.size());
        }
        for (SinkRecord record : records) {
            Place place = Place.of(record);
            done.merge(place.partition(), place.offset(), Math::max);
        }
        ahead.clear();
    }

    private boolean isDone(Place place) {
        return place.offset() <= done.getOrDefault(place.partition(), -1L) || ahead.contains(place);
    }

    /** @return how many have come to an end, of the first ones */
    private int handOver(List<SinkRecord> records) {
        List<Answer> answers = timed(records);
        List<SinkRecord> waiting = new ArrayList<>();
        Answer.@Nullable Unavailable longest = null;
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            if (answer instanceof Answer.Unavailable unavailable) {
                waiting.add(records.get(i));
                longest = longest == null || asked(unavailable).compareTo(asked(longest)) > 0 ? unavailable : longest;
            } else {
                if (answer instanceof Answer.Refused refused) {
                    bury(records.get(i), new ConnectException(refused.why()));
                } else if (answer instanceof Answer.Accepted) {
                    counts.add(DeliveryCount.DELIVERED, 1);
                }
                finish(records.get(i));
            }
        }
        if (longest != null) {
            later(waiting, longest);
        }
        return answers.size();
    }

    private List<Answer> timed(List<SinkRecord> records) {
        nanos -= System.nanoTime();
        try {
            return deliver(records);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while delivering", e);
        } finally {
            nanos += System.nanoTime();
            counts.add(DeliveryCount.DELIVERIES, 1);
            counts.add(DeliveryCount.DELIVERY_MS, nanos / 1_000_000);
            nanos %= 1_000_000;
        }
    }

    private static Duration asked(Answer.Unavailable unavailable) {
        return unavailable.retryAfter().orElse(Duration.ZERO);
    }

    private void finish(SinkRecord record) {
        ahead.add(Place.of(record));
        failures = 0;
        failingSince = null;
    }

    /** Has Kafka Connect hand the records in again, unless they were tried for long enough. */
    private void later(List<SinkRecord> waiting, Answer.Unavailable unavailable) {
        Patience limits = Objects.requireNonNull(patience);
        Instant since = failingSince == null ? Instant.now() : failingSince;
        failingSince = since;
        failures++;
        if (Duration.between(since, Instant.now()).compareTo(limits.retryFor()) >= 0) {
            for (SinkRecord record : waiting) {
                bury(
                        record,
                        new ConnectException("not delivered within " + limits.retryFor() + ": " + unavailable.why()));
                finish(record);
            }
            return;
        }
        counts.add(DeliveryCount.RETRIES, 1);
        Duration pause = limits.backoff().after(failures);
        if (asked(unavailable).compareTo(pause) > 0 && asked(unavailable).compareTo(limits.retryFor()) < 0) {
            pause = asked(unavailable);
        }
        LOG.warn(
                "delivery is tried again: in={}ms records={} failures={} reason={}",
                pause.toMillis(),
                waiting.size(),
                failures,
                unavailable.why());
        context.timeout(pause.toMillis());
        throw new RetriableException(unavailable.why());
    }

    private void bury(SinkRecord record, RuntimeException why) {
        counts.add(DeliveryCount.FAILED, 1);
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
        ahead.clear();
    }

    @Override
    public final String version() {
        return Version.OF_THIS;
    }
}
