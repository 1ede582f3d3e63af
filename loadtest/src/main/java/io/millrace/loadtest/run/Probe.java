package io.millrace.loadtest.run;

import io.millrace.loadtest.generate.Journal;
import io.millrace.loadtest.generate.Load;
import io.millrace.loadtest.verify.Ledger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Finds out whether a pipeline is working, as anybody outside can: one record into each partition, and each must come
 * out. They are verified with the rest, and their latency counts for nothing.
 */
final class Probe {

    private static final int NO_DEVICE = -1;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Probe() {}

    static void await(
            Map<String, String> client,
            String topic,
            int partitions,
            Load load,
            Journal journal,
            Ledger ledger,
            Runnable check)
            throws InterruptedException {
        Properties properties = new Properties();
        properties.putAll(client);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < partitions; i++) {
                byte[] key = ("probe-" + i).getBytes(StandardCharsets.UTF_8);
                RecordMetadata sent = producer.send(new ProducerRecord<>(topic, i, key, payload(i, load)))
                        .get();
                journal.sent(i, sent.offset(), NO_DEVICE, i, Journal.IN_NO_LATENCY, false);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the probe must reach " + topic + ": " + e.getCause(), e);
        }
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (ledger.seen() < partitions) {
            check.run();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the pipeline must answer a record in each partition within "
                        + LIMIT.toSeconds() + " s, but answered " + ledger.seen() + " of " + partitions);
            }
            Thread.sleep(20);
        }
    }

    private static byte[] payload(int sequence, Load load) {
        String json = "{\"seq\":" + (Load.FIRST_SEQUENCE + sequence) + ",\"ts\":" + System.currentTimeMillis() + ","
                + load.layout().members(load.features(), "0.500") + "}";
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
