package io.millrace.loadtest.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The usual way to batch in Kafka Streams, and wrong: records are gathered as they are processed, and forwarded when
 * there are enough of them or some time is over. Meanwhile their offsets are committed, and a crash loses them. It
 * does what the stateless pipeline does, so that the same check must find it out.
 */
public final class HoldingBack {
    private static final int ENOUGH = 512;
    private static final Duration AT_THE_LATEST = Duration.ofSeconds(2);

    private HoldingBack() {}

    /** Runs until it is stopped. Arguments: bootstrap servers, variant id, telemetry, predictions, state, guarantee. */
    public static void main(String[] arguments) throws InterruptedException {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(arguments[2], Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .process(Holder::new)
                .to(arguments[3], Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0],
                StreamsConfig.APPLICATION_ID_CONFIG, arguments[1],
                StreamsConfig.STATE_DIR_CONFIG, arguments[4],
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, arguments[5]));
        for (int i = 6; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=", 2);
            properties.put(pair[0], pair[1]);
        }
        KafkaStreams streams = new KafkaStreams(builder.build(), properties);
        streams.setUncaughtExceptionHandler(exception -> StreamThreadExceptionResponse.REPLACE_THREAD); // as Millrace
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(30))));
        streams.start();
        new CountDownLatch(1).await();
    }

    private static final class Holder implements Processor<byte[], byte[], byte[], byte[]> {
        private final List<Record<byte[], byte[]>> held = new ArrayList<>();
        private @Nullable ProcessorContext<byte[], byte[]> context;

        @Override
        public void init(ProcessorContext<byte[], byte[]> initialised) {
            context = initialised;
            initialised.schedule(AT_THE_LATEST, PunctuationType.WALL_CLOCK_TIME, now -> forwardAll());
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            RecordMetadata from =
                    Objects.requireNonNull(context).recordMetadata().orElseThrow();
            Fleet.Reading reading = Objects.requireNonNull(Fleet.parse(record.value()), "no malformed ones are sent");
            held.add(record.withValue(prediction(reading, from.partition(), from.offset())));
            if (held.size() >= ENOUGH) {
                forwardAll();
            }
        }

        private void forwardAll() {
            held.forEach(Objects.requireNonNull(context)::forward);
            held.clear();
        }

        private static byte[] prediction(Fleet.Reading reading, int partition, long offset) {
            return ("{\"time\":" + reading.timeMs() + ",\"scores\":{\"s0\":" + reading.x() + ",\"s1\":" + reading.y()
                            + "},\"quality\":\"OK\",\"source\":{\"partition\":" + partition + ",\"offset\":" + offset
                            + "}}")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
