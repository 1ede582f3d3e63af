package io.millrace.loadtest.baseline;

import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** Runs a topology until the process is told to end. */
final class Streams {

    private Streams() {}

    static void run(Topology topology, Arguments arguments) throws InterruptedException {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments.get("id"));
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments.get("bootstrap"));
        properties.put(StreamsConfig.STATE_DIR_CONFIG, arguments.get("state"));
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments.get("threads"));
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, arguments.get("commit-ms"));
        properties.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                arguments.flag("exactly-once") ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
        properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        properties.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        properties.putAll(arguments.kafka());
        KafkaStreams streams = new KafkaStreams(topology, properties);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            streams.close();
            ended.countDown();
        }));
        streams.start();
        ended.await();
    }
}
