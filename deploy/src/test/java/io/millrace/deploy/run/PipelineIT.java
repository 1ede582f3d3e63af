package io.millrace.deploy.run;

import static io.millrace.deploy.run.PipelineRig.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.scorers.ElementType;
import io.millrace.scorers.ModelContract;
import io.millrace.scorers.Scorer;
import io.millrace.scorers.TensorSpec;
import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.config.PipelineConfig;
import io.opentelemetry.api.metrics.MeterProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole pipelines on a real broker, wherever Kafka Streams can be: every record of many devices exactly once, in its
 * device's order, with what a single thread would have said of it.
 */
class PipelineIT {
    private static final long BASE_MS = 1_764_000_000_000L;
    private static final int DEVICES = 20;
    private static final Path MODELS = Path.of("../scorers/src/test/resources/models");

    private static final String STATELESS = """
            model:
              uri: fake.onnx
              inputs: {features: [/a, /b]}
            """;
    private static final String STATEFUL = """
            model:
              uri: fake.onnx
              inputs:
                features:
                  - /a
                  - {field: /a, lag: 3}
                  - {field: /b, delta: 1}
                  - {field: /a, rolling: rms, over: 8}
                  - {since-last: seconds}
            """;
    private static final String RECURRENT = """
            model:
              uri: fake.onnx
              inputs: {signal: {window: 4, fields: [/a, /b]}}
              state: {hidden_out: hidden_in}
            """;
    private static final String ON_DISK = "state: {store: disk}\n";
    private static final String ALERT = """
            alerts: [{name: high, when: score > 1, for: 2 of 3, clear: score < 0.5}]
            alerting: {catch-up: 36500d, explain: false}
            """;

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

    /** A kind of pipeline: what it scores with, and the part of its pipeline.yaml that goes with it. */
    enum Kind {
        STATELESS(PipelineIT.STATELESS),
        STATEFUL(PipelineIT.STATEFUL),
        RECURRENT(PipelineIT.RECURRENT);

        private final String model;

        Kind(String model) {
            this.model = model;
        }

        FakeScorer scorer() {
            return switch (this) {
                case STATELESS -> FakeScorer.of(2, 64, (in, out) -> out[0][0] = in[0][0] + in[0][1] / 2);
                case STATEFUL -> FakeScorer.of(5, 64, PipelineIT::weigh);
                case RECURRENT -> new FakeScorer(recurrentContract(), 64, PipelineIT::remember);
            };
        }

        private static ModelContract recurrentContract() {
            TensorSpec window = new TensorSpec("signal", ElementType.FLOAT, List.of(TensorSpec.DYNAMIC, 4L, 2L));
            return FakeScorer.contract(
                    List.of(window, FakeScorer.floats("hidden_in", 2)),
                    List.of(FakeScorer.floats("score", 1), FakeScorer.floats("hidden_out", 2)));
        }
    }

    private static void weigh(double[][] in, double[][] out) {
        double sum = 0;
        for (int i = 0; i < in[0].length; i++) {
            sum += in[0][i] / (i + 1);
        }
        out[0][0] = sum / 2;
    }

    /** Every element of the window and all of the past have a say. */
    private static void remember(double[][] in, double[][] out) {
        double sum = 0;
        for (int i = 0; i < in[0].length; i++) {
            sum += in[0][i] / (i + 1);
        }
        out[1][0] = 0.9 * in[1][0] + 0.1 * sum;
        out[1][1] = in[1][1] + 1;
        out[0][0] = out[1][0] + out[1][1] / 1000;
    }

    static Stream<Arguments> modes() {
        List<Arguments> modes = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            modes.add(Arguments.of("plain", kind, "", "", Map.of()));
            modes.add(Arguments.of("threads", kind, "", ON_DISK, Map.of("num.stream.threads", "3")));
            modes.add(Arguments.of("repartition", kind, ", repartition: true", "", Map.of()));
            modes.add(Arguments.of("streams-protocol", kind, "", "", Map.of("group.protocol", "streams")));
            modes.add(Arguments.of("at-least-once", kind, "", "guarantee: at_least_once\n", Map.of()));
        }
        return modes.stream();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("modes")
    void scoresEveryRecordOnce(String mode, Kind kind, String source, String body, Map<String, String> kafka)
            throws Exception {
        // Given a backlog, so that polls are large
        boolean keyed = !mode.equals("repartition");
        FakeScorer scorer = kind.scorer();
        PipelineConfig config = rig.pipeline(
                mode + "-" + kind.name().toLowerCase(Locale.ROOT),
                ", device: /deviceId, time: /ts" + source,
                kind.model + ALERT + body,
                kafka);
        rig.send(readings(config, 0, 50, keyed));

        // When
        try (Instance instance = Instance.start(config, scorer, rig.folder(config.pipeline()))) {
            awaitAll(config, 50 * DEVICES);
            rig.send(readings(config, 50, 60, keyed));
            awaitAll(config, 60 * DEVICES);
            assertThat(instance.isAlive()).isTrue();
        }

        // Then
        verify(config, kind.scorer());
        assertThat(rig.awaitCommitted(config.topics().alerts(), 1)).isNotEmpty();
        assertThat(Collections.max(scorer.batchSizes())).as("rows in one call").isGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void movesStateFromAnInstanceThatLeavesInMidStreamToItsStandby(String store) throws Exception {
        // Given
        Kind kind = Kind.RECURRENT;
        PipelineConfig config = rig.pipeline(
                "standby-" + store,
                ", device: /deviceId, time: /ts",
                kind.model + ALERT + "state: {store: " + store + "}\n",
                Map.of("num.standby.replicas", "1", "main.consumer.max.poll.records", "50"));
        rig.send(readings(config, 0, 40, true));
        try (Instance stays = Instance.start(config, kind.scorer(), rig.folder(store + "-1"))) {
            try (Instance leaves = Instance.start(config, kind.scorer(), rig.folder(store + "-2"))) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> leaves.activeTasks() > 0 && stays.standbyTasks() >= leaves.activeTasks());
                rig.send(readings(config, 40, 80, true));
                awaitAll(config, 50 * DEVICES);
                // When
            }
            rig.send(readings(config, 80, 100, true));
            awaitAll(config, 100 * DEVICES);
        }

        // Then
        verify(config, kind.scorer());
    }

    @Test
    void holdsStillWhilePausedAndGoesOn() throws Exception {
        // Given
        Kind kind = Kind.STATEFUL;
        PipelineConfig config = rig.pipeline("paused", ", device: /deviceId, time: /ts", kind.model, Map.of());
        try (Instance instance = Instance.start(config, kind.scorer(), rig.folder("paused"))) {
            rig.send(readings(config, 0, 10, true));
            awaitAll(config, 10 * DEVICES);

            // When
            instance.streams.pause();
            rig.send(readings(config, 10, 20, true));

            // Then
            await().atMost(Duration.ofSeconds(30)).until(() -> instance.consumed() == 20L * DEVICES);
            assertThat(rig.committed(config.topics().predictions())).hasSize(10 * DEVICES);

            // When
            instance.streams.resume();
            awaitAll(config, 20 * DEVICES);
        }
        verify(config, kind.scorer());
    }

    @Test
    void runsTheUsersOwnInterceptorToo() throws Exception {
        // Given
        Counting.SEEN.set(0);
        Kind kind = Kind.STATELESS;
        FakeScorer scorer = kind.scorer();
        PipelineConfig config = rig.pipeline(
                "intercepted",
                ", device: /deviceId, time: /ts",
                kind.model,
                Map.of("main.consumer.interceptor.classes", Counting.class.getName()));
        rig.send(readings(config, 0, 10, true));

        // When
        try (Instance instance = Instance.start(config, scorer, rig.folder("intercepted"))) {
            awaitAll(config, 10 * DEVICES);
            assertThat(instance.isAlive()).isTrue();
        }

        // Then
        assertThat(Counting.SEEN).hasValue(10 * DEVICES);
        assertThat(Collections.max(scorer.batchSizes())).as("rows in one call").isGreaterThan(1);
        verify(config, kind.scorer());
    }

    @ParameterizedTest
    @CsvSource({"memory, memory, memory", "disk, disk, disk", "memory, disk, memory", "disk, memory, disk"})
    void goesOnWithStateAndAlertRevisionsAfterARestartAndAfterTheLossOfItsLocalState(
            String first, String second, String third) throws Exception {
        // Given
        Kind kind = Kind.RECURRENT;
        String name = String.join("-", "restart", first, second);
        PipelineConfig config = rig.pipeline(name, ", device: /deviceId, time: /ts", kind.model + ALERT, Map.of());
        Path state = rig.folder(name);
        for (int run = 0; run < 3; run++) {
            // When
            String store = List.of(first, second, third).get(run);
            config = rig.pipeline(
                    name,
                    ", device: /deviceId, time: /ts",
                    kind.model + ALERT + "state: {store: " + store + "}\n",
                    Map.of());
            rig.send(readings(config, 20 * run, 20 * run + 20, true));
            try (Instance instance = Instance.start(config, kind.scorer(), state)) {
                awaitAll(config, 20 * (run + 1) * DEVICES);
                assertThat(instance.isAlive()).isTrue();
            }
            if (run == 1 && first.equals("disk") && second.equals("disk")) {
                delete(state);
            }
        }

        // Then
        verify(config, kind.scorer());
        Map<String, Integer> revisions = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> alert :
                rig.committed(config.topics().alerts())) {
            int revision = json(alert).get("revision").asInt();
            assertThat(revision).isEqualTo(revisions.merge(Reference.text(alert.key()), 1, Integer::sum));
        }
        assertThat(Collections.max(revisions.values())).isGreaterThan(3);
    }

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of("demo", """
                        model:
                          uri: file:%s
                          inputs: {features: [/a, /b, /a, /b, /a, /b, /a, /b]}
                          scores: {score: anomaly}
                        """),
                Arguments.of("window", """
                        model:
                          uri: file:%s
                          inputs: {window: {window: 64, fields: [/a, /b, /a, /b, /a, /b, /a, /b]}}
                        """),
                Arguments.of("recurrent", """
                        model:
                          uri: file:%s
                          inputs: {features: [/a, /b, {field: /a, lag: 1}]}
                          scores: {score: score}
                          state: {hidden_out: hidden_in}
                        """),
                Arguments.of("fixed-batch-4", """
                        model:
                          uri: file:%s
                          inputs: {features: [/a, /b, /a]}
                        """),
                Arguments.of("batch-1", """
                        model:
                          uri: file:%s
                          inputs: {features: [/a, /b, {field: /a, lag: 1}, /b, /a]}
                        """));
    }

    /** As {@code millrace run} does it, with ONNX Runtime. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void runsARealModel(String model, String body) throws Exception {
        // Given
        Path file = model.equals("demo")
                ? Path.of("src/main/resources/demo/pump-autoencoder.onnx")
                : MODELS.resolve(model + ".onnx");
        PipelineConfig config = rig.pipeline(
                "real-" + model, ", device: /deviceId, time: /ts", body.formatted(file.toAbsolutePath()), Map.of());
        rig.send(readings(config, 0, 80, true));
        try (LoadedPipeline loaded = LoadedPipeline.load(config)) {
            // When
            Cluster cluster = Cluster.of(config.kafka(), rig.folder("unused"));
            try (RunningPipeline running = RunningPipeline.start(
                    loaded,
                    cluster,
                    rig.folder(config.pipeline()),
                    MeterProvider.noop().get("test"))) {
                awaitAll(config, 80 * DEVICES);
                await().untilAsserted(
                                () -> assertThat(running.progress().events()).isEqualTo(80 * DEVICES));
                assertThat(running.readiness().ready()).isTrue();
                assertThat(running.remarks()).isEmpty();
            }

            // Then
            verify(config, loaded.scorer());
        }
    }

    private static void awaitAll(PipelineConfig config, int count) {
        rig.awaitCommitted(config.topics().predictions(), count);
    }

    private static void verify(PipelineConfig config, Scorer fresh) throws IOException {
        Reference reference =
                Reference.of(config, fresh, rig.committed(config.source().topic()));
        List<ConsumerRecord<byte[], byte[]>> predictions =
                rig.committed(config.topics().predictions());
        assertThat(predictions)
                .extracting(record -> Reference.text(record.value()))
                .containsExactlyInAnyOrderElementsOf(reference.predictions);
        assertThat(rig.awaitCommitted(config.topics().alerts(), reference.alerts.size()))
                .extracting(record -> Reference.text(record.value()))
                .containsExactlyInAnyOrderElementsOf(reference.alerts);
        assertThat(rig.committed(config.topics().deadLetters())).isEmpty();
        Map<String, Long> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : predictions) {
            long offset = json(record).at("/source/offset").asLong();
            Long before = last.put(record.partition() + "/" + Reference.text(record.key()), offset);
            assertThat(before == null || before < offset)
                    .as("offset %s after %s", offset, before)
                    .isTrue();
        }
        assertThat(last).as("partitions per device").hasSize(DEVICES);
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> record) throws IOException {
        return new ObjectMapper().readTree(record.value());
    }

    /** Some events are late, and some lack a value. */
    private static List<ProducerRecord<byte[], byte[]>> readings(
            PipelineConfig config, int from, int to, boolean keyed) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            for (int d = 0; d < DEVICES; d++) {
                String device = String.format(Locale.ROOT, "device-%02d", d);
                double a = Math.sin(i / 5.0 + d) * 2;
                String b = (i + d) % 13 == 5 ? "null" : Double.toString(Math.cos(i / 3.0 - d));
                long time = BASE_MS + i * 1000L - ((i + d) % 17 == 3 ? 5000 : 0);
                String json =
                        "{\"deviceId\":\"%s\",\"ts\":%d,\"seq\":%d,\"a\":%s,\"b\":%s}".formatted(device, time, i, a, b);
                byte[] key = keyed ? bytes(device) : null;
                Integer partition = keyed ? null : d % PipelineRig.PARTITIONS;
                records.add(new ProducerRecord<>(config.source().topic(), partition, key, bytes(json)));
            }
        }
        return records;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** An interceptor that a user might have. */
    public static final class Counting implements ConsumerInterceptor<byte[], byte[]> {
        private static final AtomicInteger SEEN = new AtomicInteger();

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            SEEN.addAndGet(records.count());
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> properties) {}
    }
}
