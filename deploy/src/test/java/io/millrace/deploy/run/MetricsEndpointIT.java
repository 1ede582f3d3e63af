package io.millrace.deploy.run;

import static io.millrace.deploy.run.PipelineRig.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.config.PipelineConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running pipeline says about its stages and batches, as Prometheus reads it. */
class MetricsEndpointIT {
    private static final int RECORDS = 2_000;

    @Test
    void tellsTheTimesOfAllStagesAndTheSizesOfBatches(@TempDir Path directory) throws Exception {
        InetSocketAddress address = free();
        try (PipelineRig rig = PipelineRig.start(directory);
                MetricsEndpoint metrics = MetricsEndpoint.at(address)) {
            // Given
            PipelineConfig config = rig.pipeline(
                    "measured",
                    ", device: key, time: /ts",
                    """
                    model:
                      uri: file:%s
                      inputs: {features: [/a, /a, /a, /a, /a, /a, /a, /a]}
                    """.formatted(Path.of("src/main/resources/demo/pump-autoencoder.onnx")
                            .toAbsolutePath()),
                    Map.of());
            rig.send(IntStream.range(0, RECORDS)
                    .mapToObj(i -> new ProducerRecord<>(
                            config.source().topic(), bytes("d" + i % 7), bytes("{\"ts\":" + i + ",\"a\":0.5}")))
                    .toList());

            // When
            String text;
            try (LoadedPipeline loaded = LoadedPipeline.load(config);
                    RunningPipeline running = RunningPipeline.start(
                            loaded,
                            Cluster.of(config.kafka(), rig.folder("unused")),
                            rig.folder("state"),
                            metrics.meter())) {
                rig.awaitCommitted(config.topics().predictions(), RECORDS);
                assertThat(running.failure()).isEmpty();
                text = get(address);
            }

            // Then
            for (String stage : List.of("decode", "wait", "inference", "emit")) {
                assertThat(text)
                        .containsPattern("millrace_stage_duration_seconds_count\\{[^}]*stage=\"" + stage + "\"");
            }
            assertThat(sum(text, "millrace_rows_scored_total")).isEqualTo(RECORDS);
            assertThat(sum(text, "millrace_batch_rows_sum")).isEqualTo(RECORDS);
            assertThat(sum(text, "millrace_batch_rows_count"))
                    .as("calls of the model")
                    .isBetween(1.0, RECORDS / 2.0);
        }
    }

    static InetSocketAddress free() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    static String get(InetSocketAddress address) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    /** Over all its labels. */
    private static double sum(String text, String metric) {
        return text.lines()
                .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
