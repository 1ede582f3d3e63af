package io.millrace.deploy.run;

import static io.millrace.deploy.run.PipelineRig.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.topology.config.PipelineConfig;
import io.opentelemetry.api.metrics.MeterProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline whose device breaks in mid-stream: a plugin provider that fails while a file exists. */
class DeviceFaultIT {
    private static final Path SOURCE = Path.of("../scorers/src/test/cpp/toy_provider.cpp");
    private static final Path MODEL =
            Path.of("../scorers/src/test/resources/models/mlp.onnx").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int COUNT = 200;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static PipelineRig rig;

    private static final Path LIBRARY_NAME = Path.of("libtoy.so");

    @BeforeAll
    static void start() throws Exception {
        assumeThat(compile()).as("exit code of g++").isZero();
        rig = PipelineRig.start(folder);
    }

    private static int compile() throws InterruptedException {
        try {
            return new ProcessBuilder(
                            "g++",
                            "-std=c++17",
                            "-shared",
                            "-fPIC",
                            "-o",
                            folder.resolve(LIBRARY_NAME).toString(),
                            SOURCE.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    @AfterAll
    @SuppressWarnings("NullAway") // there is none where there is no compiler
    static void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    private static PipelineConfig pipeline(String name, Path fault, boolean require) throws Exception {
        StringBuilder features = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            features.append(i == 0 ? "/x" : ", /x");
        }
        return rig.pipeline(
                name,
                "",
                """
                model:
                  uri: %s
                  device: plugin:%s?name=Toy&option.fault=%s
                  require: %s
                  inputs: {features: [%s]}
                """.formatted(MODEL, folder.resolve(LIBRARY_NAME).toAbsolutePath(), fault, require, features),
                // A client that has failed leaves its group only when its session ends.
                Map.of("commit.interval.ms", "50", "session.timeout.ms", "6000", "heartbeat.interval.ms", "1500"));
    }

    private static RunningPipeline run(LoadedPipeline loaded, String state) {
        return RunningPipeline.start(
                loaded,
                new Cluster(Map.copyOf(loaded.config().kafka().properties()), null),
                rig.folder(state),
                MeterProvider.noop().get("test"));
    }

    private static void send(PipelineConfig config, int from) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < from + COUNT; i++) {
            records.add(new ProducerRecord<>(
                    config.source().topic(), bytes("d" + i), bytes("{\"x\":" + i / (2.0 * COUNT) + "}")));
        }
        rig.send(records);
    }

    private static List<String> providers(PipelineConfig config, int count) throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<String> providers = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> each :
                rig.awaitCommitted(config.topics().predictions(), count)) {
            providers.add(json.readTree(each.value()).get("provider").asText());
            assertThat(new String(each.value(), StandardCharsets.UTF_8)).contains("\"quality\":\"OK\"");
        }
        return providers;
    }

    @Test
    void aRequiredDeviceThatFailsStopsThePipelineWhichGoesOnWhereItStood() throws Exception {
        Path fault = folder.resolve("strict-fault");
        PipelineConfig config = pipeline("strict", fault, true);
        try (LoadedPipeline loaded = LoadedPipeline.load(config)) {
            try (RunningPipeline running = run(loaded, "strict-state")) {
                send(config, 0);
                assertThat(providers(config, COUNT)).hasSize(COUNT).containsOnly("Toy");

                // When the device breaks
                Files.createFile(fault);
                send(config, COUNT);

                // Then the pipeline stops and says why
                assertThat(running.awaitEnd(PATIENCE)).isTrue();
                assertThat(running.failure().orElseThrow()).hasMessageContaining("the toy device has caught fire");
            }
            assertThat(rig.committed(config.topics().predictions())).hasSize(COUNT);

            // And once it is mended, nothing is missing and nothing doubled
            Files.delete(fault);
            try (RunningPipeline again = run(loaded, "strict-state")) {
                await().atMost(PATIENCE)
                        .until(() ->
                                rig.committed(config.topics().predictions()).size() == 2 * COUNT);
                assertThat(providers(config, 2 * COUNT)).hasSize(2 * COUNT).containsOnly("Toy");
                assertThat(again.failure()).isEmpty();
            }
        }
        assertThat(rig.committed(config.topics().predictions())).hasSize(2 * COUNT);
        assertThat(rig.committed(config.topics().deadLetters())).isEmpty();
    }

    @Test
    void anyOtherDeviceIsReplacedByTheCpuAndEachPredictionSaysSo() throws Exception {
        Path fault = folder.resolve("lenient-fault");
        PipelineConfig config = pipeline("lenient", fault, false);
        try (LoadedPipeline loaded = LoadedPipeline.load(config);
                RunningPipeline running = run(loaded, "lenient-state")) {
            send(config, 0);
            assertThat(providers(config, COUNT)).containsOnly("Toy");

            Files.createFile(fault);
            send(config, COUNT);

            List<String> all = providers(config, 2 * COUNT);
            assertThat(all).hasSize(2 * COUNT).contains("CPU");
            assertThat(all.stream().filter("Toy"::equals)).hasSize(COUNT);
            assertThat(loaded.scorer().deviceFaults()).isPositive();
            assertThat(running.failure()).isEmpty();
            assertThat(running.device().provider()).isEqualTo("Toy");
        }
        assertThat(rig.committed(config.topics().deadLetters())).isEmpty();
    }
}
