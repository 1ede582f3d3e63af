package io.millrace.connectors.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of other makers against the peer. {@code .ci/run} installs them; where they are missing, this is skipped. */
@Timeout(120)
class PeerClientsIT {
    private static final Path CLIENTS = Path.of("src", "peer");
    private static final String PYTHON = "/usr/bin/python3"; // Debian's own: another one does not see its packages

    @Test
    void microsoftsJavaScriptClientSendsAndReceives() throws Exception {
        assumeTrue(
                Files.isDirectory(CLIENTS.resolve("node_modules/@azure/event-hubs")),
                "needs npm ci in connectors/src/peer");
        try (EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of("telemetry", 3)))) {
            assertThat(run("node", "client.mjs", peer.connectionString(), "telemetry"))
                    .isEqualTo("ok 50 events in order from 3 partitions");
        }
    }

    @Test
    void qpidProtonForPythonSendsAndReceives(@TempDir Path directory) throws Exception {
        assumeTrue(succeeds(PYTHON, "-c", "import proton"), "needs Debian's python3-qpid-proton");
        PeerOptions options = PeerOptions.of(HubSpec.of("telemetry", 3));
        try (EventHubsPeer peer = EventHubsPeer.start(options)) {
            Path certificate = directory.resolve("peer.pem");
            Files.writeString(certificate, peer.certificatePem());
            assertThat(run(
                            PYTHON,
                            "client.py",
                            Integer.toString(peer.tlsPort()),
                            certificate.toString(),
                            options.keyName(),
                            options.key(),
                            "telemetry",
                            "1"))
                    .isEqualTo("ok 40 events in order");
        }
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // it is not installed
        }
    }

    /** What a client prints; its exit code must be 0. */
    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(List.of(command))
                .directory(CLIENTS.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
