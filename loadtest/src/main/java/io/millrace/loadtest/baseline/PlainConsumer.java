package io.millrace.loadtest.baseline;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A consumer and a producer without Streams, by someone who cares for speed: one run of the model for each poll
 * ({@link Bundle}); under exactly-once a transaction for each commit interval.
 */
final class PlainConsumer {

    private final Arguments arguments;
    private final Bundle bundle;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final boolean exactlyOnce;
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private boolean inTransaction;

    PlainConsumer(Arguments arguments) throws OrtException {
        this.arguments = arguments;
        this.bundle = new Bundle(arguments);
        this.exactlyOnce = arguments.flag("exactly-once");
        Properties in = arguments.kafka("consumer");
        in.put("bootstrap.servers", arguments.get("bootstrap"));
        in.put("group.id", arguments.get("id"));
        in.put("auto.offset.reset", "earliest");
        in.put("enable.auto.commit", "false");
        in.put("isolation.level", "read_committed");
        in.put("max.poll.records", String.valueOf(Bundle.MOST_RECORDS));
        this.consumer = new KafkaConsumer<>(in, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Properties out = arguments.kafka("producer");
        out.put("bootstrap.servers", arguments.get("bootstrap"));
        out.putIfAbsent("linger.ms", "100"); // as Kafka Streams sets it
        if (exactlyOnce) {
            out.put("transactional.id", arguments.get("id"));
        }
        this.producer = new KafkaProducer<>(out, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static void main(String[] args) throws OrtException, InterruptedException {
        PlainConsumer job = new PlainConsumer(new Arguments(args));
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            job.consumer.wakeup();
            try {
                main.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        job.run();
    }

    private void run() throws OrtException {
        if (exactlyOnce) {
            producer.initTransactions();
        }
        long commitNanos = arguments.number("commit-ms") * 1_000_000L;
        long lastCommit = System.nanoTime();
        try (consumer;
                producer) {
            consumer.subscribe(List.of(arguments.get("source")), new CommitBeforeRevoke());
            while (true) {
                process(consumer.poll(Duration.ofMillis(arguments.number("commit-ms"))));
                if (System.nanoTime() - lastCommit >= commitNanos) {
                    commit();
                    lastCommit = System.nanoTime();
                }
            }
        } catch (WakeupException e) {
            // The process is to end; what is not committed will be done again.
        }
    }

    private void process(ConsumerRecords<byte[], byte[]> polled) throws OrtException {
        if (polled.isEmpty()) {
            return;
        }
        if (exactlyOnce && !inTransaction) {
            producer.beginTransaction();
            inTransaction = true;
        }
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            bundle.add(record, this::send);
        }
        bundle.score(this::send);
        polled.nextOffsets().forEach(offsets::put);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // flush or commit throws what went wrong
    private void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    private void commit() {
        if (offsets.isEmpty()) {
            return;
        }
        if (exactlyOnce) {
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            producer.commitTransaction();
            inTransaction = false;
        } else {
            producer.flush();
            consumer.commitSync(offsets);
        }
        offsets.clear();
    }

    /** Partitions leave with their work done, or with none of it. */
    private final class CommitBeforeRevoke implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commit();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
    }
}
