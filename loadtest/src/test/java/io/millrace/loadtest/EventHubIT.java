package io.millrace.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import io.millrace.loadtest.process.Jvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The generator onto an event hub, over AMQP, with Azure's own client: the hub is a peer that behaves as Event Hubs does. */
@Timeout(180)
class EventHubIT {

    private static final String HUB = "telemetry";
    private static final int PARTITIONS = 4;
    private static final int DEVICES = 10;
    private static final int RECORDS = 5000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private EventHubsPeer peer;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path secret;

    @BeforeEach
    void startThePeer() throws IOException {
        peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, PARTITIONS)));
        secret = Files.writeString(folder.resolve("secret"), peer.connectionString() + "EntityPath=" + HUB + "\n");
    }

    @AfterEach
    void stopThePeer() {
        peer.close();
    }

    @Test
    void everyEventArrivesOnceInTheOrderOfItsDevice() throws IOException {
        assertThat(generate()).isZero();

        Map<String, List<Integer>> byDevice = new HashMap<>();
        for (JsonNode event : events()) {
            byDevice.computeIfAbsent(event.get("device").asText(), device -> new ArrayList<>())
                    .add(event.get("seq").asInt());
        }
        assertThat(byDevice).hasSize(DEVICES);
        assertThat(byDevice.values().stream().mapToInt(List::size).sum()).isEqualTo(RECORDS);
        assertThat(byDevice.values()).allSatisfy(numbers -> {
            for (int i = 0; i < numbers.size(); i++) {
                assertThat(numbers.get(i)).isEqualTo(1_000_000_000 + i);
            }
        });
    }

    @Test
    void aHubThatDoesNotKeepUpMakesTheRunInvalid() {
        peer.create(HubSpec.of(HUB, PARTITIONS).withEventsPerSecond(RECORDS / 10));

        String output = printedBy(() -> assertThat(generate()).isEqualTo(3));

        assertThat(output).contains("not taken in: ");
    }

    @Test
    void theConnectionStringIsNeverShown() throws IOException {
        String key = "c2VjcmV0";
        String string = "Endpoint=sb://localhost;SharedAccessKeyName=x;SharedAccessKey=" + key;
        Path noHub = Files.writeString(folder.resolve("no-hub"), string);
        Path strange = Files.writeString(folder.resolve("strange"), key + ";EntityPath=telemetry");

        String output = printedBy(() -> {
            for (String reference : List.of(string, "file:" + noHub, "file:" + strange, "env:NOT_SET_FOR_SURE")) {
                assertThat(Main.execute("generate", "--event-hub=" + reference)).isEqualTo(2);
            }
        });

        assertThat(output)
                .doesNotContain(key)
                .contains(
                        "output.eventHub must be env:NAME or file:PATH",
                        "found none in: file:" + noHub,
                        "found another in: file:" + strange,
                        "got: env:NOT_SET_FOR_SURE, which is empty");
    }

    /** Generator, AMQP, the connector, Kafka, Millrace, predictions: each record is followed by its sequence number. */
    @Test
    void aRunThroughTheHubIsAccountedForRecordByRecord() throws IOException {
        Path libraries = Path.of("../deploy/target/lib").toAbsolutePath().normalize();
        assumeTrue(Files.isDirectory(libraries), "deploy is not built: no run of Millrace");
        List<String> command = Jvm.command(
                List.of("-Xmx512m", "-Xss4m", "-XX:TieredStopAtLevel=1"),
                libraries + "/*",
                "io.millrace.deploy.Main",
                List.of("run", "PIPELINE"));
        assertThat(generate()).isZero(); // what is in the hub already is not read
        Path report = folder.resolve("report");
        int status;
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(folder.resolve("broker")))) {
            status = Main.execute(
                    "--bootstrap-servers=" + broker.bootstrapServers(),
                    "--event-hub=file:" + secret,
                    "--rate=500",
                    "--for=3s",
                    "--warmup=1s",
                    "--devices=" + DEVICES,
                    "--set=payload.malformed=0.05",
                    "--set=limits.scheduleDelay=60s",
                    "--set=pipeline.command=" + String.join(" ", command),
                    "--out=" + report);
        }

        JsonNode json =
                new ObjectMapper().readTree(report.resolve("report.json").toFile());
        assertThat(status).as(json.get("headline").asText()).isZero();
        JsonNode verdict = json.get("verdict");
        assertThat(verdict.get("sent").asInt()).isEqualTo(2000 + PARTITIONS);
        assertThat(verdict.get("deadLettered").asInt()).isBetween(50, 150);
        assertThat(verdict.get("predicted").asInt()
                        + verdict.get("deadLettered").asInt())
                .isEqualTo(2000 + PARTITIONS);
        try (Stream<Path> files = Files.walk(report)) {
            assertThat(files.filter(Files::isRegularFile))
                    .allSatisfy(file -> assertThat(file).content().doesNotContain("SharedAccessKey"));
        }
    }

    private int generate() {
        return Main.execute(
                "generate",
                "--event-hub=file:" + secret,
                "--rate=" + RECORDS,
                "--for=1s",
                "--warmup=0s",
                "--threads=2",
                "--devices=" + DEVICES,
                "--set=limits.scheduleDelay=60s");
    }

    private List<JsonNode> events() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> events = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (var message : peer.events(HUB, partition, 0)) {
                Binary body = ((Data) message.getBody()).getValue();
                events.add(mapper.readTree(body.getArray(), body.getArrayOffset(), body.getLength()));
            }
        }
        return events;
    }

    private static String printedBy(Runnable action) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            action.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
