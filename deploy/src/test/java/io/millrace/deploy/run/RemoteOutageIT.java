package io.millrace.deploy.run;

import static io.millrace.deploy.run.PipelineRig.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.topology.config.PipelineConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline whose model only a server has; the server dies in mid-stream and comes back. */
class RemoteOutageIT {
    private static final int COUNT = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void aServerThatDiesAndReturnsCostsNothingButTime(@TempDir Path directory) throws Exception {
        InetSocketAddress page = free();
        EchoServer server = EchoServer.start(0);
        int port = server.port();
        try (PipelineRig rig = PipelineRig.start(directory);
                MetricsEndpoint metrics = MetricsEndpoint.at(page)) {
            PipelineConfig config = rig.pipeline(
                    "remote",
                    "",
                    """
                    model:
                      device: remote:grpc://127.0.0.1:%d/echo?deadline=2s&patience=300ms
                      inputs: {number: [/x]}
                    """.formatted(port),
                    // A thread that has given up leaves its group only when its session ends.
                    Map.of("commit.interval.ms", "50", "session.timeout.ms", "6000", "heartbeat.interval.ms", "1500"));
            try (LoadedPipeline loaded = LoadedPipeline.load(config);
                    RunningPipeline running = RunningPipeline.start(
                            loaded,
                            Cluster.of(config.kafka(), rig.folder("unused")),
                            rig.folder("state"),
                            metrics.meter())) {
                // Given
                send(rig, config, 0);
                assertThat(scores(rig, config, COUNT)).containsExactlyInAnyOrderElementsOf(numbers(COUNT));
                assertThat(faults(page)).isZero();

                // When the server dies, and is away for longer than its patience
                server.close();
                send(rig, config, COUNT);
                await().atMost(PATIENCE).until(() -> faults(page) > 0);

                // Then no record is written off, and none is counted as done
                assertThat(running.failure()).isEmpty();
                assertThat(rig.committed(config.topics().predictions())).hasSize(COUNT);
                assertThat(committedOffsets(rig, config)).isEqualTo(COUNT);

                // And when it is back, each is scored once
                server = EchoServer.start(port);
                await().atMost(PATIENCE)
                        .until(() ->
                                rig.committed(config.topics().predictions()).size() >= 2 * COUNT);
                assertThat(scores(rig, config, 2 * COUNT)).containsExactlyInAnyOrderElementsOf(numbers(2 * COUNT));
                await().atMost(PATIENCE).until(() -> committedOffsets(rig, config) == 2 * COUNT);
                assertThat(running.failure()).isEmpty();
            }
            assertThat(rig.committed(config.topics().deadLetters())).isEmpty();
        } finally {
            server.close();
        }
    }

    private static List<Double> numbers(int count) {
        return IntStream.range(0, count).mapToObj(i -> (double) i).toList();
    }

    private static void send(PipelineRig rig, PipelineConfig config, int from) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < from + COUNT; i++) {
            records.add(new ProducerRecord<>(config.source().topic(), bytes("d" + i), bytes("{\"x\":" + i + "}")));
        }
        rig.send(records);
    }

    private List<Double> scores(PipelineRig rig, PipelineConfig config, int count) throws Exception {
        List<Double> scores = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> each :
                rig.awaitCommitted(config.topics().predictions(), count)) {
            JsonNode prediction = json.readTree(each.value());
            assertThat(prediction.get("provider").asText()).isEqualTo("remote");
            scores.add(prediction.get("scores").elements().next().asDouble());
        }
        return scores;
    }

    /** Records of the source topic that the pipeline's group has committed. */
    private static long committedOffsets(PipelineRig rig, PipelineConfig config) throws Exception {
        try (Admin admin = Admin.create(rig.clientProperties())) {
            Set<Map.Entry<TopicPartition, OffsetAndMetadata>> offsets = admin.listConsumerGroupOffsets(
                            config.pipeline())
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet();
            return offsets.stream()
                    .filter(each -> each.getKey().topic().equals(config.source().topic()))
                    .mapToLong(each -> each.getValue().offset())
                    .sum();
        }
    }

    private static double faults(InetSocketAddress address) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("millrace_device_faults"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static InetSocketAddress free() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }
}
