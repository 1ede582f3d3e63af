package io.millrace.deploy.page;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a pipeline from outside: one consumer without a group, on one thread, over the four topics, that reads
 * committed records and commits nothing. Streams are read from their end, the compacted alerts from their
 * beginning.
 *
 * <p>It must neither disturb the pipeline nor fall behind for ever. Every record is counted, but only a limited
 * number in each second is looked into; and where the lag still grows beyond a bound, the view jumps to the end and
 * counts what it skipped. The alerts are exempt from both: their table must be whole.
 *
 * <p>Thread-safe.
 */
public final class LiveView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveView.class);
    static final long MAX_LAG = 50_000;
    static final int MAX_LOOKS_PER_SECOND = 20_000;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ASK = Duration.ofSeconds(10);
    private static final long LOOK_FOR_PARTITIONS_MS = 5_000;

    private final LiveViewOptions options;
    private final LiveState state;
    private final RecordReader reader;
    private final Clock clock;
    private final Consumer<byte[], byte[]> consumer;
    private final Thread thread;
    /** Where the alerts ended when the view began: what lies before is history. */
    private final Map<TopicPartition, Long> historyEnds = new HashMap<>();

    private volatile boolean closed;
    private long looksSecond;
    private int looks;

    private LiveView(LiveViewOptions options, Consumer<byte[], byte[]> consumer, Clock clock) {
        this.options = options;
        this.consumer = consumer;
        this.clock = clock;
        state = new LiveState(options.pipeline(), options.signals(), clock);
        reader = new RecordReader(options);
        thread = new Thread(this::watch, "live-view");
        thread.setDaemon(true);
    }

    /**
     * Begins to look. Returns when the positions are known: what is written afterwards is seen. Topics that do not
     * exist yet are found later and read from their beginning.
     *
     * @throws KafkaException if the cluster cannot be reached
     */
    public static LiveView start(LiveViewOptions options) {
        return start(options, new KafkaConsumer<>(consumerProperties(options)), Clock.systemUTC());
    }

    static LiveView start(LiveViewOptions options, Consumer<byte[], byte[]> consumer, Clock clock) {
        LiveView view = new LiveView(options, consumer, clock);
        try {
            view.findPartitions(true);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
        view.thread.start();
        return view;
    }

    static Map<String, Object> consumerProperties(LiveViewOptions options) {
        Map<String, Object> properties = new HashMap<>(options.clientProperties());
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, options.pipeline() + "-live-view");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return properties;
    }

    /** What has been seen since the start. */
    public Summary summary() {
        return state.summary();
    }

    LiveState state() {
        return state;
    }

    private void watch() {
        long lookForPartitions = clock.millis() + LOOK_FOR_PARTITIONS_MS;
        while (!closed) {
            try {
                take(consumer.poll(POLL));
                catchUp();
                if (clock.millis() >= lookForPartitions) {
                    lookForPartitions = clock.millis() + LOOK_FOR_PARTITIONS_MS;
                    findPartitions(false);
                }
                state.problem(null);
            } catch (WakeupException e) {
                // close() was called; the loop's condition says so.
            } catch (KafkaException | IllegalStateException e) {
                LOG.warn("live view cannot read: {}", e.toString());
                state.problem("The page cannot read from Kafka: " + e.getMessage());
                pause();
            }
        }
        consumer.close();
    }

    private void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        long events = 0;
        long predictions = 0;
        long deadLetters = 0;
        long sampled = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String topic = record.topic();
            boolean exempt = topic.equals(options.topics().alerts());
            if (topic.equals(options.topics().predictions())) {
                predictions++;
            } else if (topic.equals(options.topics().deadLetters())) {
                deadLetters++;
            } else if (!exempt) {
                events++;
            }
            if (exempt || mayLook()) {
                state.apply(reader.read(record, isHistory(record)));
            } else {
                sampled++;
            }
        }
        if (events + predictions + deadLetters > 0) {
            state.count(events, predictions, deadLetters);
        }
        if (sampled > 0) {
            state.sampled(sampled);
        }
    }

    private boolean mayLook() {
        long second = clock.millis() / 1000;
        if (second != looksSecond) {
            looksSecond = second;
            looks = 0;
        }
        return looks++ < MAX_LOOKS_PER_SECOND;
    }

    private boolean isHistory(ConsumerRecord<byte[], byte[]> record) {
        Long end = historyEnds.get(new TopicPartition(record.topic(), record.partition()));
        return end != null && record.offset() < end;
    }

    private void catchUp() {
        List<TopicPartition> behind = new ArrayList<>();
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(partition);
            if (lag.isPresent() && lag.getAsLong() > MAX_LAG && !isAlerts(partition)) {
                behind.add(partition);
            }
        }
        if (behind.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(behind, ASK);
        ends.forEach((partition, end) -> {
            state.skipped(Math.max(0, end - consumer.position(partition, ASK)));
            consumer.seek(partition, end);
        });
    }

    private boolean isAlerts(TopicPartition partition) {
        return partition.topic().equals(options.topics().alerts());
    }

    /** Takes on partitions that it does not have yet. */
    private void findPartitions(boolean atStart) {
        Set<TopicPartition> wanted = new HashSet<>(consumer.assignment());
        List<TopicPartition> fresh = new ArrayList<>();
        LiveViewOptions.Topics topics = options.topics();
        for (String topic : List.of(topics.telemetry(), topics.predictions(), topics.alerts(), topics.deadLetters())) {
            for (PartitionInfo info : consumer.partitionsFor(topic, ASK)) {
                TopicPartition partition = new TopicPartition(info.topic(), info.partition());
                if (wanted.add(partition)) {
                    fresh.add(partition);
                }
            }
        }
        if (fresh.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(fresh, ASK);
        consumer.assign(wanted);
        for (TopicPartition partition : fresh) {
            if (isAlerts(partition) || !atStart) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, ends.getOrDefault(partition, 0L));
            }
            if (isAlerts(partition) && atStart) {
                historyEnds.put(partition, ends.getOrDefault(partition, 0L));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
