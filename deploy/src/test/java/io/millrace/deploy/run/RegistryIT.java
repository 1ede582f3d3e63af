package io.millrace.deploy.run;

import static io.millrace.deploy.run.PipelineRig.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.config.PipelineConfig;
import io.opentelemetry.api.metrics.MeterProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Twins and retired devices on a real broker: topics of one partition, telemetry of four, two threads. */
class RegistryIT {
    private static final int DEVICES = 20;
    private static final String BODY = """
            model:
              uri: fake.onnx
              inputs: {features: [{field: /a, lag: 1}]}
            registry:
              twins: %1$s-twins
              changes: %1$s-changes
              retired: %1$s-retired
              properties: {site: /tags/site}
              predictions: true
            alerts:
              - {name: high, when: score > 0.5, clear: score < 0.1, where: site == 'north'}
            alerting: {explain: false}
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

    @ParameterizedTest
    @CsvSource({"keyed, false", "repartitioned, true"})
    void aDevicesTwinAndItsEndReachItsStateWhereverThatIs(String name, boolean repartition) throws Exception {
        // Given devices with a past, in the north and in the south
        PipelineConfig config = rig.pipeline(
                name,
                ", device: /d" + (repartition ? ", repartition: true" : ""),
                BODY.formatted(name),
                Map.of("num.stream.threads", "2"));
        Topics.ensure(
                rig.clientProperties(),
                config.registry().topics().stream()
                        .map(topic -> TopicSpec.of(topic, 1))
                        .toList());
        tell(name + "-twins", device -> "{\"tags\":{\"site\":\"" + (device % 2 == 0 ? "north" : "south") + "\"}}");
        try (Instance instance = Instance.start(config, scorer(), rig.folder(name + "-1"))) {
            awaitTwins(config, !repartition);
            assertThat(instance.isAlive()).isTrue();

            // When a change moves one of them, and the first ten are retired
            tell(name + "-changes", device -> device == 11 ? "{\"tags\":{\"site\":\"north\"}}" : null, 11);
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                rig.send(events(config, !repartition));
                assertThat(alerts(config, "raised"))
                        .contains("d11", "d0", "d18")
                        .doesNotContain("d13");
            });
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> rig.committed(config.topics().predictions()).size()
                            == rig.committed(config.source().topic()).size());
            for (int device = 0; device < 10; device++) {
                tell(name + "-retired", one -> null, device);
            }

            // Then the alerts of those that had one are over
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(alerts(config, "device-retired"))
                    .containsExactly("d0", "d2", "d4", "d6", "d8"));
        }

        // And, in an instance that knows nothing but the changelogs, nothing is left of them, and everything of the
        // others
        int before = rig.committed(config.topics().predictions()).size();
        try (Instance restored = Instance.start(config, scorer(), rig.folder(name + "-2"))) {
            rig.send(events(config, !repartition));
            rig.awaitCommitted(config.topics().predictions(), before + DEVICES);
            assertThat(restored.isAlive()).isTrue();
        }
        Map<String, JsonNode> last = last(config);
        for (int device = 0; device < DEVICES; device++) {
            JsonNode prediction = Objects.requireNonNull(last.get("d" + device));
            assertThat(prediction.at("/quality").asText())
                    .as(prediction.toString())
                    .isEqualTo(device < 10 ? "INSUFFICIENT" : "OK");
            String site = device % 2 == 0 || device == 11 ? "north" : "south";
            assertThat(prediction.at("/twin/site").asText()).isEqualTo(device < 10 ? "" : site);
        }
        assertThat(rig.committed(config.topics().deadLetters())).isEmpty();
    }

    /** As it is left by a process that was killed while it deleted the store. */
    @Test
    void halfAStoreIsMadeAnewFromItsChangelog() throws Exception {
        // Given
        PipelineConfig config = rig.pipeline(
                "half",
                ", device: /d",
                """
                model:
                  uri: file:%s
                  inputs: {features: [/a, /a, /a, /a, /a, /a, /a, /a]}
                registry: {twins: half-twins, properties: {site: /tags/site}, predictions: true}
                """.formatted(Path.of("src/main/resources/demo/pump-autoencoder.onnx")
                        .toAbsolutePath()),
                Map.of());
        Path state = rig.folder("half-state");
        Cluster cluster = Cluster.of(config.kafka(), rig.folder("unused"));
        MeterProvider meters = MeterProvider.noop();
        try (LoadedPipeline loaded = LoadedPipeline.load(config)) {
            try (RunningPipeline running = RunningPipeline.start(loaded, cluster, state, meters.get("test"))) {
                tell("half-twins", device -> "{\"tags\":{\"site\":\"north\"}}");
                awaitTwins(config, true);
                assertThat(running.failure()).isEmpty();
            }
            try (Stream<Path> files = Files.walk(state)) {
                for (Path manifest : files.filter(file -> file.toString().contains("device-twins/MANIFEST"))
                        .toList()) {
                    Files.delete(manifest);
                }
            }

            // When
            int before = rig.committed(config.topics().predictions()).size();
            try (RunningPipeline again = RunningPipeline.start(loaded, cluster, state, meters.get("test"))) {
                rig.send(events(config, true));
                rig.awaitCommitted(config.topics().predictions(), before + DEVICES);
                assertThat(again.failure()).isEmpty();
            }
        }

        // Then
        assertThat(last(config).values())
                .allSatisfy(prediction ->
                        assertThat(prediction.at("/twin/site").asText()).isEqualTo("north"));
    }

    private static FakeScorer scorer() {
        return FakeScorer.of(1, 64, (in, out) -> out[0][0] = in[0][0]);
    }

    private static List<ProducerRecord<byte[], byte[]>> events(PipelineConfig config, boolean keyed) {
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            byte[] key = keyed ? bytes("d" + device) : null;
            events.add(
                    new ProducerRecord<>(config.source().topic(), key, bytes("{\"d\":\"d" + device + "\",\"a\":1}")));
        }
        return events;
    }

    private static void tell(String topic, Function<Integer, @Nullable String> twin) throws Exception {
        for (int device = 0; device < DEVICES; device++) {
            tell(topic, twin, device);
        }
    }

    private static void tell(String topic, Function<Integer, @Nullable String> twin, int device) throws Exception {
        String value = twin.apply(device);
        rig.send(List.of(new ProducerRecord<>(topic, bytes("d" + device), value == null ? null : bytes(value))));
    }

    /** Events go on until each device's twin is known: nothing promises that it is by the first. */
    private static void awaitTwins(PipelineConfig config, boolean keyed) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            rig.send(events(config, keyed));
            assertThat(last(config)).hasSize(DEVICES).allSatisfy((device, json) -> assertThat(
                            json.at("/twin/site").asText())
                    .isNotEmpty());
        });
    }

    private static Map<String, JsonNode> last(PipelineConfig config) throws IOException {
        Map<String, JsonNode> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                rig.committed(config.topics().predictions())) {
            JsonNode json = new ObjectMapper().readTree(record.value());
            last.put(json.at("/device").asText(), json);
        }
        return last;
    }

    private static Set<String> alerts(PipelineConfig config, String cause) throws IOException {
        Set<String> devices = new TreeSet<>();
        for (ConsumerRecord<byte[], byte[]> record :
                rig.committed(config.topics().alerts())) {
            JsonNode json = new ObjectMapper().readTree(record.value());
            if (json.at("/cause").asText().equals(cause)) {
                devices.add(json.at("/device").asText());
            }
        }
        return devices;
    }
}
