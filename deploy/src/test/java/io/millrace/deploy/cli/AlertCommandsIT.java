package io.millrace.deploy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.deploy.run.Cluster;
import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.deploy.run.PipelineRig;
import io.millrace.deploy.run.RunningPipeline;
import io.opentelemetry.api.metrics.MeterProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Silences and acknowledgements from the command line, against a running pipeline on a real broker. */
class AlertCommandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path folder;

    private static void send(PipelineRig rig, String device, int a) throws Exception {
        String json = "{\"a\":" + a + "}";
        rig.send(List.of(new ProducerRecord<>("telemetry", device.getBytes(UTF_8), json.getBytes(UTF_8))));
    }

    private static String alerts(Path file) {
        Shell.Result result = Shell.millrace("alerts", file);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return result.out();
    }

    @Test
    @Timeout(180)
    void operatorsSilenceAcknowledgeAndLookAtAlerts() throws Exception {
        try (PipelineRig rig = PipelineRig.start(folder)) {
            // Given a running pipeline
            Path model =
                    Path.of("src/main/resources/demo/pump-autoencoder.onnx").toAbsolutePath();
            Path file =
                    Files.writeString(folder.resolve("pipeline.yaml"), """
                    pipeline: pumps
                    model:
                      uri: file:%s
                      inputs: {features: [/a, /a, /a, /a, /a, /a, /a, /a]}
                    alerts: [{name: hot, when: /a > 50}]
                    kafka: {bootstrap.servers: '%s'}
                    """.formatted(model, rig.bootstrapServers()));
            try (LoadedPipeline loaded = LoadedPipeline.load(file);
                    Cluster cluster = Cluster.of(loaded.config().kafka(), folder);
                    RunningPipeline running = RunningPipeline.start(
                            loaded,
                            cluster,
                            folder.resolve("state"),
                            MeterProvider.noop().get("test"))) {
                assertThat(running.failure()).isEmpty();

                // When one device is silenced, and both are hot
                Shell.Result silence = Shell.millrace("silence", file, "--device", "quiet*", "--for", "1h");
                assertThat(silence.err()).isEmpty();
                String id = silence.out().split(" ", 2)[0];
                await().atMost(PATIENCE).until(() -> alerts(file).contains("silence    " + id));
                send(rig, "quiet-1", 80);
                send(rig, "loud-1", 80);

                // Then both are in the table, and one is silenced
                await().atMost(PATIENCE).until(() -> alerts(file).contains("2 alerts are open"));
                assertThat(alerts(file)).containsPattern("FIRING +warning .* quiet-1/hot {2}silenced");
                assertThat(alerts(file)).containsPattern("FIRING +warning .* loud-1/hot\\R");

                // Then what there is not is neither acknowledged nor ended
                assertThat(Shell.millrace("ack", file, "loud-2/hot"))
                        .satisfies(result -> assertThat(result.err()).startsWith("loud-2/hot is not open;"))
                        .extracting(Shell.Result::code)
                        .isEqualTo(ExitCode.BAD_INPUT);
                assertThat(Shell.millrace("silence", file, "--remove", "nope").err())
                        .startsWith("nope is no silence;");

                // When the other is acknowledged, and the silence is ended
                assertThat(Shell.millrace("ack", file, "loud-1/hot", "--author", "ann")
                                .code())
                        .isZero();
                assertThat(Shell.millrace("silence", file, "--remove", id).code())
                        .isZero();

                // Then the table says so
                await().atMost(PATIENCE).until(() -> alerts(file).contains("loud-1/hot  acknowledged by ann"));
                await().atMost(PATIENCE).until(() -> !alerts(file).contains("silenced"));

                // When both are well again
                send(rig, "quiet-1", 20);
                send(rig, "loud-1", 20);
                await().atMost(PATIENCE).until(() -> alerts(file).contains("0 alerts are open"));
            }
        }
    }

    @Test
    void whatIsMissingIsSaid() throws Exception {
        Path file = Files.writeString(folder.resolve("pipeline.yaml"), """
                pipeline: pumps
                model: {uri: m.onnx, inputs: {features: [/a]}}
                """);

        assertThat(Shell.millrace("silence", file).err()).contains("give either --for DURATION or --remove ID");
        assertThat(Shell.millrace("ack", file, "wear").err()).contains("the alert must be DEVICE/RULE, got: wear");
        assertThat(Shell.millrace("alerts", file))
                .satisfies(result -> assertThat(result.err()).contains("bootstrap.servers must be in the file"))
                .extracting(Shell.Result::code)
                .isEqualTo(ExitCode.UNAVAILABLE);
    }
}
