package io.millrace.topology.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.PipelineReader;
import io.millrace.topology.decode.Decoded;
import io.millrace.topology.score.Outcome.Prediction;
import io.millrace.topology.score.PlanCompiler;
import io.millrace.topology.score.ScoringPlan;
import io.millrace.topology.score.StatefulScorer;
import io.millrace.topology.telemetry.StageTimes;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RevivedTaskTest {
    private static final String STORE = "device-states";
    private static final Meter METER = OpenTelemetry.noop().getMeter("test");

    /** Answers with the device's reading of one event ago. */
    private final FakeScorer scorer = FakeScorer.of(1, 16, (inputs, outputs) -> outputs[0][0] = inputs[0][0]);

    private final PipelineConfig config;

    RevivedTaskTest() throws Exception {
        config = PipelineReader.read("pipeline.yaml", """
                pipeline: lagging
                model:
                  uri: unused.onnx
                  inputs:
                    features: [{field: /x, lag: 1}]
                """, Map.<String, String>of()::get);
    }

    @Test
    void aStatefulPipelineScoresFromTheDevicesPast(@TempDir Path folder) {
        // Given
        Map<String, Object> settings = new HashMap<>();
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        Properties properties = new Properties();
        try (PipelineTopology pipeline = new PipelineTopology(config, scorer, METER)) {
            pipeline.configure(settings);
            properties.putAll(settings);
            try (TopologyTestDriver driver = new TopologyTestDriver(pipeline.build(), properties)) {
                var telemetry =
                        driver.createInputTopic("telemetry", new ByteArraySerializer(), new ByteArraySerializer());
                var predictions = driver.createOutputTopic(
                        "predictions", new ByteArrayDeserializer(), new ByteArrayDeserializer());

                // When
                telemetry.pipeInput("d".getBytes(UTF_8), payload(1));
                telemetry.pipeInput("d".getBytes(UTF_8), payload(2));

                // Then
                assertThat(predictions.readValuesToList())
                        .extracting(value -> new String(value, UTF_8))
                        .satisfiesExactly(
                                first -> assertThat(first).contains("\"reason\":\"history: "),
                                second -> assertThat(second).contains("\"scores\":{\"score\":1"));
            }
        }
    }

    /** Kafka Streams revives a task whose transaction was lost: the same processor over a store that went back. */
    @Test
    void aRevivedTaskStartsFromItsStoreAndNotFromItsMemory() {
        // Given
        ScoringPlan plan = PlanCompiler.compile(config, scorer.contract());
        StageTimes times = new StageTimes(METER);
        LookAheadOptions options = new LookAheadOptions(topic -> true, 16, 1, true);
        try (LookAhead<Decoded> lookAhead = new LookAhead<>(options, () -> new DecodeWorker(plan, times), times)) {
            StatefulProcessor processor = new StatefulProcessor(
                    lookAhead,
                    () -> new StatefulScorer(plan, scorer, times),
                    new StatesOnDisk(STORE, plan.features().layout(), StatesOnDisk.MEMORY_BYTES),
                    (raw, outcome) -> new Finished(raw, outcome, null));
            MockProcessorContext<byte[], Turn> lost = contextWithEmptyStore();
            processor.init(lost);
            processor.process(record(1));
            processor.process(record(2));
            processor.close();

            // When
            MockProcessorContext<byte[], Turn> revived = contextWithEmptyStore();
            processor.init(revived);
            processor.process(record(1));
            processor.process(record(2));
            processor.close();

            // Then
            assertThat(predictions(revived))
                    .satisfiesExactly(
                            first -> assertThat(first.insufficient()).startsWith("history: "),
                            second -> assertThat(second.scores()).containsExactly(1.0));
        }
    }

    private MockProcessorContext<byte[], Turn> contextWithEmptyStore() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        MockProcessorContext<byte[], Turn> context = new MockProcessorContext<>(properties);
        KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return context;
    }

    private static Record<byte[], byte[]> record(int x) {
        return new Record<>("d".getBytes(UTF_8), payload(x), 0, new RecordHeaders());
    }

    private static byte[] payload(int x) {
        return ("{\"x\":" + x + "}").getBytes(UTF_8);
    }

    private static List<Prediction> predictions(MockProcessorContext<byte[], Turn> context) {
        return context.forwarded().stream()
                .map(forwarded ->
                        (Prediction) forwarded.record().value().result().outcome())
                .toList();
    }
}
