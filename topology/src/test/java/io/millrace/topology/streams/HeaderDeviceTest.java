package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.intercept;
import static io.millrace.topology.streams.Fixtures.text;
import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.ingest.RawEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that a header names, as Event Hubs' Kafka endpoint hands it on. */
@Timeout(60)
class HeaderDeviceTest {
    private static final String HEADER = "iothub-connection-device-id";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHeaderNamesTheDeviceHoweverItIsEncoded(boolean repartition, @TempDir Path folder) {
        String yaml = """
                pipeline: pumps
                source: {topic: telemetry, device: "header:%s", repartition: %s}
                model: {uri: fake.onnx, inputs: {features: [/a]}}
                """.formatted(HEADER, repartition);
        FakeScorer fake = FakeScorer.of(1, 16, (in, out) -> out[0][0] = in[0][0]);
        try (PipelineTopology pipeline = new PipelineTopology(Fixtures.config(yaml), fake, Fixtures.METER);
                TopologyTestDriver driver = Fixtures.driver(pipeline.build(), folder, Instant.now())) {
            // When
            pipe(driver, utf8("plain"));
            pipe(driver, HexFormat.of().parseHex("a10470756d70"));
            pipe(driver, HexFormat.of().parseHex("a1ff70756d70"));
            pipe(driver, null);

            // Then
            assertThat(driver.createOutputTopic("predictions", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                            .readRecordsToList())
                    .extracting(record -> text(record.key()))
                    .containsExactly("plain", "pump");
            List<TestRecord<byte[], byte[]>> letters = driver.createOutputTopic(
                            "dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList();
            assertThat(letters)
                    .extracting(letter ->
                            text(letter.headers().lastHeader("millrace-detail").value()))
                    .containsExactly(
                            "the record's header must be UTF-8, got other bytes",
                            "the record's header must name the device, got none");
            assertThat(letters).extracting(letter -> text(letter.key())).containsOnly("k");
        }
    }

    private static void pipe(TopologyTestDriver driver, byte @Nullable [] device) {
        RecordHeaders headers = new RecordHeaders();
        if (device != null) {
            headers.add(HEADER, device);
        }
        driver.createInputTopic("telemetry", new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(utf8("k"), utf8("{\"a\":1}"), headers, 1L));
    }

    /** The way that records take in a running pipeline. */
    @Test
    void recordsThatAreLookedAtAheadHaveIt() {
        LookAheadOptions options = new LookAheadOptions("t"::equals, 4, Worth.FULL, 1, false, true, HEADER);
        try (LookAhead<RawEvent> ahead = new LookAhead<>(options, Echo::new, Fixtures.TIMES)) {
            ConsumerRecord<byte[], byte[]> record = Fixtures.polledRecord("t", 0, 0, 1, "{}");
            record.headers().add(new RecordHeader(HEADER, HexFormat.of().parseHex("a10470756d70")));
            ConsumerRecord<byte[], byte[]> seen =
                    intercept(ahead, List.of(record)).iterator().next();

            RawEvent raw = ahead.results(Objects.requireNonNull(ahead.take(seen.headers(), seen.value())))
                    .get(0);

            assertThat(text(raw.device())).isEqualTo("pump");
            assertThat(text(raw.key())).isEqualTo("key");
        }
    }

    private static final class Echo implements AheadWorker<RawEvent> {
        @Override
        public List<RawEvent> work(List<RawEvent> records) {
            return records;
        }

        @Override
        public void close() {}
    }
}
