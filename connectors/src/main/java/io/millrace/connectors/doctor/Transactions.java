package io.millrace.connectors.doctor;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Whether a cluster has transactions, found out by opening one. */
final class Transactions {
    private Transactions() {}

    static boolean look(Map<String, Object> client, Duration patience, boolean needed, List<Finding> findings) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "millrace-doctor-" + UUID.randomUUID());
        int timeoutMs = Math.toIntExact(patience.toMillis());
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * timeoutMs);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 2 * timeoutMs);
        try {
            KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            try {
                producer.initTransactions();
                producer.beginTransaction();
                producer.abortTransaction();
            } finally {
                producer.close(patience);
            }
            findings.add(Finding.ok("transactions", "can be opened"));
            return true;
        } catch (KafkaException e) {
            String text = "cannot be opened (" + Reach.shortly(e) + ")";
            findings.add(needed ? Finding.problem("transactions", text) : Finding.note("transactions", text));
            return false;
        }
    }
}
