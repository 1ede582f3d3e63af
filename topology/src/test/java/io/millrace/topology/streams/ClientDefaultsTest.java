package io.millrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.config.PipelineReader;
import io.opentelemetry.api.OpenTelemetry;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientDefaultsTest {
    private static final String DELIVERY_TIMEOUT = "producer.delivery.timeout.ms";

    /** Where a record expires, Kafka Streams 4.3.1 can lose others. */
    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void recordsDoNotExpire(String guarantee) throws Exception {
        assertThat(properties(guarantee, Map.of())).containsEntry(DELIVERY_TIMEOUT, Integer.MAX_VALUE);
        assertThat(properties(guarantee, Map.of(DELIVERY_TIMEOUT, "6000"))).containsEntry(DELIVERY_TIMEOUT, "6000");
    }

    @Test
    void producersBatchWhatNobodySeesBeforeTheCommit() throws Exception {
        assertThat(properties("at_least_once", Map.of())).containsEntry("producer.linger.ms", 1);
        assertThat(properties("exactly_once", Map.of()))
                .doesNotContainKey("producer.linger.ms")
                .containsEntry("producer.batch.size", 65_536);
        assertThat(properties("exactly_once", Map.of("batch.size", "1")))
                .as("a setting for all clients counts")
                .doesNotContainKey("producer.batch.size");
    }

    @Test
    void producersCompressUnlessEventHubsWouldRefuseIt() throws Exception {
        assertThat(properties("exactly_once", Map.of("bootstrap.servers", "kafka.example:9092")))
                .containsEntry("producer.compression.type", "lz4");
        assertThat(properties("exactly_once", Map.of("bootstrap.servers", "ns.servicebus.windows.net:9093")))
                .containsEntry("producer.compression.type", "none");
        assertThat(properties("exactly_once", Map.of("producer.compression.type", "gzip")))
                .containsEntry("producer.compression.type", "gzip");
    }

    private static Map<String, Object> properties(String guarantee, Map<String, Object> given) throws Exception {
        String yaml = """
                pipeline: plain
                model:
                  uri: unused.onnx
                  inputs: {features: [/x]}
                guarantee: %s
                """.formatted(guarantee);
        Map<String, Object> properties = new HashMap<>(given);
        FakeScorer scorer = FakeScorer.of(1, 16, (inputs, outputs) -> {});
        try (PipelineTopology topology = new PipelineTopology(
                PipelineReader.read("pipeline.yaml", yaml, Map.<String, String>of()::get),
                scorer,
                OpenTelemetry.noop().getMeter("test"))) {
            topology.configure(properties);
        }
        return properties;
    }
}
