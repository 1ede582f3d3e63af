package io.millrace.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The doctor at a pipeline's edges. */
@Timeout(120)
class DoctorCommandIT {
    @Test
    void asksTheHubsOfSourcesAndSinks(@TempDir Path folder) throws Exception {
        try (EventHubsPeer peer =
                EventHubsPeer.start(PeerOptions.of(HubSpec.of("telemetry", 2), HubSpec.of("alerts", 1)))) {
            String pipeline = """
                    pipeline: pumps
                    source:
                      connector: {type: event-hubs, eventhubs.hub: telemetry, eventhubs.connection.string: "%2$s"}
                    model:
                      uri: file:%1$s
                      inputs: {features: [/a, /a, /a, /a, /a, /a, /a, /a]}
                    alerts: [{name: hot, when: /a > 50}]
                    sinks: [{name: out, type: event-hubs, eventhubs.hub: %3$s, eventhubs.connection.string: "%2$s"}]
                    """;
            Path model =
                    Path.of("src/main/resources/demo/pump-autoencoder.onnx").toAbsolutePath();
            Path file = Files.writeString(
                    folder.resolve("well.yaml"), pipeline.formatted(model, peer.connectionString(), "alerts"));

            Shell.Result well = Shell.millrace("doctor", file);

            assertThat(well.err()).isEmpty();
            assertThat(well.out().lines().toList())
                    .startsWith(
                            "ok      source: event hub localhost/telemetry has 2 partitions, and keeps 0 events",
                            "note    source: eventhubs.partitioning is same: topic telemetry must have at least 2 partitions,"
                                    + " or set it to key",
                            "ok      source: consumer group $Default can be read, as far as an empty hub can show",
                            "ok      out: event hub localhost/alerts has 1 partition, and takes batches of up to 1048576"
                                    + " bytes");
            assertThat(well.code()).isEqualTo(ExitCode.OK);

            // When a hub is not there
            Path wrong = Files.writeString(
                    folder.resolve("wrong.yaml"), pipeline.formatted(model, peer.connectionString(), "alarms"));
            Shell.Result ill = Shell.millrace("doctor", wrong);

            assertThat(ill.out())
                    .contains("PROBLEM out: event hub localhost/alarms cannot be used:", "Mend eventhubs.hub");
            assertThat(ill.code()).isEqualTo(ExitCode.BAD_INPUT);
        }
    }
}
