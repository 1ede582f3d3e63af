package io.millrace.deploy.run;

import static io.millrace.deploy.run.PipelineRig.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.config.PipelineConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records that cannot be scored, between good ones, on a real broker. */
class BadInputIT {
    private static final String GOOD = "{\"deviceId\":\"d\",\"a\":1,\"b\":2}";

    @SuppressWarnings("NullAway.Init") // set before the first test
    private static PipelineRig rig;

    @BeforeAll
    static void startBroker(@TempDir Path directory) {
        rig = PipelineRig.start(directory);
    }

    @AfterAll
    static void stopBroker() {
        rig.close();
    }

    /** A payload, and where and why it ends. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bad(
            byte @Nullable [] value,
            String stage,
            String reason,
            @Nullable String field) {
        static Bad of(String value, String reason, @Nullable String field) {
            return new Bad(bytes(value), "decode", reason, field);
        }
    }

    private static List<Bad> matrix() {
        return List.of(
                Bad.of("{\"deviceId\":\"d\",\"a\":1,\"b\"", "truncated", null),
                Bad.of("temperature=21", "malformed", null),
                Bad.of("{\"deviceId\":\"d\",\"a\":\"hot\",\"b\":2}", "wrong-type", "/a"),
                Bad.of("{\"deviceId\":\"d\",\"a\":1}", "missing-field", "/b"),
                Bad.of("{\"deviceId\":\"d\",\"a\":NaN,\"b\":2}", "malformed", null),
                Bad.of("{\"deviceId\":\"d\",\"a\":1e999,\"b\":2}", "out-of-range", "/a"),
                Bad.of("{\"a\":1,\"b\":2,\"x\":\"" + "y".repeat(2000) + "\"}", "too-large", null),
                Bad.of("{\"x\":" + "[".repeat(40) + "]".repeat(40) + ",\"a\":1,\"b\":2}", "too-deep", null),
                new Bad(new byte[] {0, 1, 2, (byte) 0xff, (byte) 0xfe}, "decode", "malformed", null),
                new Bad(new byte[0], "decode", "empty", null),
                new Bad(null, "decode", "empty", null));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void becomesADeadLetterWhileTheRestIsScored(boolean stateful, boolean repartition) throws Exception {
        // Given
        PipelineConfig config = rig.pipeline(
                "bad-" + stateful + "-" + repartition,
                ", device: /deviceId, max-bytes: 1KiB, max-depth: 16, repartition: " + repartition,
                "model: {uri: fake.onnx, inputs: {features: [/a, "
                        + (stateful ? "{field: /b, rolling: mean, over: 1}" : "/b") + "]}}\n",
                Map.of());
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Bad bad : matrix()) {
            records.add(record(config, bytes(GOOD)));
            records.add(record(config, bad.value));
        }
        records.add(record(config, bytes(GOOD)));
        List<RecordMetadata> where = rig.send(records);

        // When
        FakeScorer scorer = FakeScorer.of(2, 64, (in, out) -> out[0][0] = in[0][0] + in[0][1]);
        try (Instance instance = Instance.start(config, scorer, rig.folder(config.pipeline()))) {
            rig.awaitCommitted(config.topics().predictions(), matrix().size() + 1);
            rig.awaitCommitted(config.topics().deadLetters(), matrix().size());
            assertThat(instance.isAlive()).isTrue();
        }

        // Then
        assertThat(rig.committed(config.topics().predictions()))
                .hasSize(matrix().size() + 1)
                .allSatisfy(record -> assertThat(Reference.text(record.value())).contains("\"scores\":{\"score\":3"));
        Map<String, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
        rig.committed(config.topics().deadLetters())
                .forEach(letter -> letters.put(header(letter, "millrace-offset"), letter));
        assertThat(letters).hasSize(matrix().size());
        for (int i = 0; i < matrix().size(); i++) {
            verify(matrix().get(i), where.get(2 * i + 1), letters);
        }
    }

    private static void verify(Bad bad, RecordMetadata where, Map<String, ConsumerRecord<byte[], byte[]>> letters) {
        ConsumerRecord<byte[], byte[]> letter =
                Objects.requireNonNull(letters.get(Long.toString(where.offset())), bad.reason);
        String as = bad.reason + " at " + where;
        assertThat(letter.value()).as(as).isEqualTo(bad.value);
        assertThat(letter.key()).as(as).isEqualTo(bytes("d"));
        assertThat(header(letter, "millrace-stage")).as(as).isEqualTo(bad.stage);
        assertThat(header(letter, "millrace-reason")).as(as).isEqualTo(bad.reason);
        assertThat(header(letter, "millrace-field")).as(as).isEqualTo(bad.field);
        assertThat(header(letter, "millrace-detail")).as(as).isNotBlank();
        assertThat(header(letter, "millrace-topic")).as(as).isEqualTo(where.topic());
        assertThat(header(letter, "millrace-partition")).as(as).isEqualTo(Integer.toString(where.partition()));
        assertThat(header(letter, "millrace-timestamp")).as(as).isEqualTo(Long.toString(where.timestamp()));
        assertThat(header(letter, "origin")).as(as).isEqualTo("gateway-7");
        assertThat(letter.headers()).as(as).noneMatch(header -> header.key().equals("millrace-ahead"));
    }

    @Test
    void aRecordWithoutAKeyHasNoDevice() throws Exception {
        // Given
        PipelineConfig config =
                rig.pipeline("no-key", "", "model: {uri: fake.onnx, inputs: {features: [/a, /b]}}\n", Map.of());
        rig.send(List.of(
                new ProducerRecord<>(config.source().topic(), null, bytes(GOOD)),
                new ProducerRecord<>(config.source().topic(), bytes("d"), bytes(GOOD))));

        // When
        FakeScorer scorer = FakeScorer.of(2, 64, (in, out) -> out[0][0] = 1);
        try (Instance instance = Instance.start(config, scorer, rig.folder("no-key"))) {
            rig.awaitCommitted(config.topics().predictions(), 1);
            ConsumerRecord<byte[], byte[]> letter =
                    rig.awaitCommitted(config.topics().deadLetters(), 1).get(0);

            // Then
            assertThat(header(letter, "millrace-stage")).isEqualTo("key");
            assertThat(header(letter, "millrace-reason")).isEqualTo("no-device");
            assertThat(letter.key()).isNull();
            assertThat(instance.isAlive()).isTrue();
        }
    }

    @Test
    void aModelThatFailsOnSomeRowsLosesThoseAlone() throws Exception {
        // Given
        PipelineConfig config = rig.pipeline(
                "failing", ", device: /deviceId", "model: {uri: fake.onnx, inputs: {features: [/a]}}\n", Map.of());
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            records.add(record(config, bytes("{\"deviceId\":\"d\",\"a\":" + i + "}")));
        }
        rig.send(records);
        FakeScorer scorer = FakeScorer.of(1, 64, (in, out) -> out[0][0] = in[0][0]);
        scorer.failWhen(in -> in[0][0] % 50 == 7);

        // When
        try (Instance instance = Instance.start(config, scorer, rig.folder("failing"))) {
            rig.awaitCommitted(config.topics().predictions(), 196);
            rig.awaitCommitted(config.topics().deadLetters(), 4);
            assertThat(instance.isAlive()).isTrue();
        }

        // Then
        assertThat(rig.committed(config.topics().predictions())).hasSize(196);
        assertThat(rig.committed(config.topics().deadLetters()))
                .extracting(letter -> header(letter, "millrace-stage") + " " + header(letter, "millrace-reason") + " "
                        + Reference.text(letter.value()))
                .containsExactly(
                        "score model-failed {\"deviceId\":\"d\",\"a\":7}",
                        "score model-failed {\"deviceId\":\"d\",\"a\":57}",
                        "score model-failed {\"deviceId\":\"d\",\"a\":107}",
                        "score model-failed {\"deviceId\":\"d\",\"a\":157}");
    }

    private static ProducerRecord<byte[], byte[]> record(PipelineConfig config, byte @Nullable [] value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(config.source().topic(), bytes("d"), value);
        record.headers().add("origin", bytes("gateway-7"));
        return record;
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }
}
