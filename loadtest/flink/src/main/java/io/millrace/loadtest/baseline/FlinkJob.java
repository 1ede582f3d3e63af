package io.millrace.loadtest.baseline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Apache Flink in one process, as someone would write it who wants it fast: source, model and sink in one chain, so
 * that nothing is serialised between them; the model is run for bundles ({@link ScoreBundles}); objects are reused;
 * a checkpoint, and under exactly-once a Kafka transaction from a pool, for each commit interval.
 */
@NullMarked
final class FlinkJob {

    /** Longer than it stands still while it is another contestant's turn. */
    private static final Duration PATIENCE = Duration.ofMinutes(25);

    /** The longest that a broker allows unless told otherwise; no transaction is open while it stands still. */
    private static final Duration TRANSACTION = Duration.ofMinutes(15);

    private FlinkJob() {}

    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        Configuration configuration = new Configuration();
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, PATIENCE);
        configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, PATIENCE);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none"); // a failure is to be seen
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        StreamExecutionEnvironment flink =
                StreamExecutionEnvironment.createLocalEnvironment(arguments.number("threads"), configuration);
        flink.enableCheckpointing(
                arguments.number("commit-ms"),
                arguments.flag("exactly-once") ? CheckpointingMode.EXACTLY_ONCE : CheckpointingMode.AT_LEAST_ONCE);
        flink.fromSource(source(arguments), WatermarkStrategy.noWatermarks(), "telemetry")
                .transform("score", TypeInformation.of(new TypeHint<>() {}), new ScoreBundles(args))
                .sinkTo(sink(arguments));
        flink.execute(arguments.get("id"));
    }

    private static KafkaSource<ConsumerRecord<byte[], byte[]>> source(Arguments arguments) {
        Properties client = arguments.kafka("consumer");
        client.put("max.poll.records", String.valueOf(Bundle.MOST_RECORDS));
        client.put("isolation.level", "read_committed");
        return KafkaSource.<ConsumerRecord<byte[], byte[]>>builder()
                .setBootstrapServers(arguments.get("bootstrap"))
                .setTopics(arguments.get("source"))
                .setGroupId(arguments.get("id"))
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new AsTheyCome())
                .setProperties(client)
                .build();
    }

    private static KafkaSink<ProducerRecord<byte[], byte[]>> sink(Arguments arguments) {
        Properties client = arguments.kafka("producer");
        client.putIfAbsent("linger.ms", "100"); // as Kafka Streams sets it
        client.put("transaction.timeout.ms", String.valueOf(TRANSACTION.toMillis()));
        return KafkaSink.<ProducerRecord<byte[], byte[]>>builder()
                .setBootstrapServers(arguments.get("bootstrap"))
                .setRecordSerializer(new AsTheyAre(arguments.get("predictions"), arguments.get("dead-letters")))
                .setDeliveryGuarantee(
                        arguments.flag("exactly-once")
                                ? DeliveryGuarantee.EXACTLY_ONCE
                                : DeliveryGuarantee.AT_LEAST_ONCE)
                .setTransactionalIdPrefix(arguments.get("id"))
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING) // cheaper than a new id each time
                .setKafkaProducerConfig(client)
                .build();
    }

    /** Kafka's records, with key and coordinates. */
    private static final class AsTheyCome implements KafkaRecordDeserializationSchema<ConsumerRecord<byte[], byte[]>> {
        private static final long serialVersionUID = 1;

        @Override
        public void deserialize(
                ConsumerRecord<byte[], byte[]> record, Collector<ConsumerRecord<byte[], byte[]>> collector) {
            collector.collect(record);
        }

        @Override
        public TypeInformation<ConsumerRecord<byte[], byte[]>> getProducedType() {
            return TypeInformation.of(new TypeHint<>() {});
        }
    }

    /** Kafka's records, which name their topic; and a list of topics, which a pool of transactions asks for. */
    private static final class AsTheyAre
            implements KafkaRecordSerializationSchema<ProducerRecord<byte[], byte[]>>, KafkaDatasetFacetProvider {
        private static final long serialVersionUID = 1;

        private final ArrayList<String> topics;

        AsTheyAre(String... topics) {
            this.topics = new ArrayList<>(List.of(topics));
        }

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                ProducerRecord<byte[], byte[]> record, KafkaSinkContext context, @Nullable Long timestamp) {
            return record;
        }

        @Override
        public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
            return Optional.of(new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(topics)));
        }
    }
}
