package io.millrace.loadtest.baseline;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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
 * A consumer and a producer without Streams, by someone who cares for speed: a streaming parser, a reused direct
 * buffer, one run of the model for each poll; under exactly-once a transaction for each commit interval.
 */
final class PlainConsumer {

    private static final int MOST_RECORDS = 1000;
    private static final JsonFactory JSON = new JsonFactory();

    private final Arguments arguments;
    private final OrtSession session;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final boolean exactlyOnce;
    private final int features;
    private final FloatBuffer rows;
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private boolean inTransaction;

    PlainConsumer(Arguments arguments) throws OrtException {
        this.arguments = arguments;
        this.session = Sessions.open(arguments);
        this.exactlyOnce = arguments.flag("exactly-once");
        this.features = arguments.number("features");
        this.rows = ByteBuffer.allocateDirect(MOST_RECORDS * features * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        Properties in = arguments.kafka();
        in.put("bootstrap.servers", arguments.get("bootstrap"));
        in.put("group.id", arguments.get("id"));
        in.put("auto.offset.reset", "earliest");
        in.put("enable.auto.commit", "false");
        in.put("isolation.level", "read_committed");
        in.put("max.poll.records", String.valueOf(MOST_RECORDS));
        this.consumer = new KafkaConsumer<>(in, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Properties out = arguments.kafka();
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
        List<ConsumerRecord<byte[], byte[]>> good = new ArrayList<>(polled.count());
        long[] times = new long[polled.count()];
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            long time = parse(record.value(), good.size() * features);
            if (time < 0) {
                send(deadLetter(record));
            } else {
                times[good.size()] = time;
                good.add(record);
            }
        }
        if (!good.isEmpty()) {
            score(good, times);
        }
        polled.nextOffsets().forEach(offsets::put);
    }

    private void score(List<ConsumerRecord<byte[], byte[]>> records, long[] times) throws OrtException {
        FloatBuffer input = rows.slice(0, records.size() * features);
        try (OnnxTensor tensor = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), input, new long[] {records.size(), features});
                OrtSession.Result result = session.run(Map.of("features", tensor))) {
            FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] scores = new float[output.remaining() / records.size()];
            for (int i = 0; i < records.size(); i++) {
                ConsumerRecord<byte[], byte[]> from = records.get(i);
                output.get(scores);
                byte[] prediction = Prediction.write(
                        arguments, from.key(), times[i], scores, from.topic(), from.partition(), from.offset());
                send(new ProducerRecord<>(arguments.get("predictions"), from.key(), prediction));
            }
        }
    }

    private ProducerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> from) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(arguments.get("dead-letters"), from.key(), from.value());
        record.headers().add("millrace-partition", text(from.partition()));
        record.headers().add("millrace-offset", text(from.offset()));
        return record;
    }

    private static byte[] text(long number) {
        return String.valueOf(number).getBytes(StandardCharsets.UTF_8);
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

    /** Puts the features {@code f0}… into the rows from {@code at}; the event time, or -1 if the record is no good. */
    private long parse(byte[] json, int at) {
        long time = -1;
        int found = 0;
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("ts")) {
                    time = parser.getLongValue();
                } else if (name.equals("values")) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        rows.put(at + found, parser.getFloatValue());
                        found++;
                    }
                } else if (name.charAt(0) == 'f') {
                    rows.put(at + Integer.parseInt(name, 1, name.length(), 10), parser.getFloatValue());
                    found++;
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
        return found == features ? time : -1;
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
