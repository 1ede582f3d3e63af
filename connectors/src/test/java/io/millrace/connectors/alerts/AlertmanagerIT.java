package io.millrace.connectors.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connectors.delivery.FakeSinkContext;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against the real Alertmanager, where Debian's package {@code prometheus-alertmanager} is installed. */
@Timeout(120)
class AlertmanagerIT {
    private static final String PROGRAM = "prometheus-alertmanager";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TopicPartition ALERTS = new TopicPartition("alerts", 0);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<SinkRecord> sent = new ArrayList<>();

    @Test
    void showsWhatIsOpenAndForgetsWhatIsOver(@TempDir Path directory) throws Exception {
        assumeTrue(isInstalled(), PROGRAM + " is not installed");
        URI url = URI.create("http://127.0.0.1:" + freePort());
        Process server = start(directory, url);
        try {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> get(url, "/-/ready")
                    .equals("OK"));
            AlertmanagerSinkTask task = new AlertmanagerSinkTask();
            task.initialize(new FakeSinkContext());
            task.start(Map.of("alertmanager.urls", url.toString(), "alertmanager.labels", "team=pumps"));
            task.open(List.of(ALERTS));

            // When
            put(task, alert("pump-1", "FIRING", "warning"), alert("pump-2", "FIRING", "warning"));

            // Then
            assertThat(open(url)).containsExactlyInAnyOrder("wear pump-1 warning pumps", "wear pump-2 warning pumps");

            // When
            put(task, alert("pump-1", "FIRING", "critical"), alert("pump-2", "RESOLVED", "warning"));

            // Then
            assertThat(open(url)).containsExactly("wear pump-1 critical pumps");

            // When
            put(task, alert("pump-1", "STALE", "critical"));
            put(task, alert("pump-1", "RESOLVED", "critical"));

            // Then
            assertThat(open(url)).isEmpty();
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    /** What the task does with records, then with a poll that brings none. */
    private void put(AlertmanagerSinkTask task, String... alerts) {
        List<SinkRecord> records = new ArrayList<>();
        for (String alert : alerts) {
            String device = alert.replaceAll(".*\"device\":\"([^\"]*).*", "$1");
            SinkRecord record = new SinkRecord(
                    ALERTS.topic(), ALERTS.partition(), null, device + "/wear", null, alert, sent.size());
            sent.add(record);
            records.add(record);
        }
        task.put(records);
        task.put(List.of());
    }

    private static String alert(String device, String state, String severity) {
        long now = Instant.now().toEpochMilli();
        return "{\"device\":\"" + device + "\",\"rule\":\"wear\",\"state\":\"" + state + "\",\"severity\":\"" + severity
                + "\",\"since\":" + (now - 5000) + ",\"time\":" + (now - 1000)
                + ",\"evidence\":{\"scores\":{\"a\":1}}}";
    }

    private List<String> open(URI url) throws Exception {
        List<String> alerts = new ArrayList<>();
        for (JsonNode alert : new ObjectMapper().readTree(get(url, "/api/v2/alerts?active=true"))) {
            JsonNode labels = alert.path("labels");
            alerts.add(Stream.of("alertname", "device", "severity", "team")
                    .map(name -> labels.path(name).asText())
                    .reduce((a, b) -> a + ' ' + b)
                    .orElseThrow());
        }
        return alerts;
    }

    private String get(URI url, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(url.resolve(path)).build(), BodyHandlers.ofString())
                .body();
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
    }

    private static Process start(Path directory, URI url) throws IOException {
        Path config = Files.writeString(
                directory.resolve("alertmanager.yml"), "route: {receiver: none}\nreceivers: [{name: none}]\n");
        return new ProcessBuilder(
                        PROGRAM,
                        "--config.file=" + config,
                        "--storage.path=" + directory.resolve("data"),
                        "--web.listen-address=" + url.getAuthority(),
                        "--cluster.listen-address=")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
