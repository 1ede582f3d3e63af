package io.millrace.connectors.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.connectors.doctor.Finding.Level;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class DoctorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Wish wish(boolean transactions) {
        return new Wish(
                "telemetry",
                List.of(TopicSpec.of("telemetry", 4), TopicSpec.compacted("alerts", 4)),
                2,
                3,
                transactions,
                true);
    }

    @Test
    void findsWhatIsThereAndWhatIsNotAndChangesNothing(@TempDir Path directory) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory))) {
            // Given
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            Topics.ensure(
                    client,
                    List.of(new TopicSpec(
                            "telemetry",
                            4,
                            Map.of("message.timestamp.type", "LogAppendTime", "retention.ms", "3600000"))));

            // When
            Examination healthy = new Doctor(client, wish(true), PATIENCE).examine();

            // Then
            assertThat(healthy.isWell()).as(healthy.findings().toString()).isTrue();
            assertThat(healthy.verdict()).startsWith("exactly_once fits");
            assertThat(healthy.findings())
                    .contains(
                            Finding.ok("topic alerts", "is missing, and can be made"),
                            Finding.ok("transactions", "can be opened"),
                            Finding.ok("compaction", "compacted topics can be made"),
                            Finding.ok("group protocol", "streams is on"),
                            Finding.note(
                                    "topic telemetry",
                                    "keeps records for PT1H: a pipeline that is down for longer misses some"))
                    .anySatisfy(finding -> assertThat(finding.text()).contains("message.timestamp.type=CreateTime"));
            try (Admin admin = Admin.create(client)) {
                assertThat(admin.listTopics().names().get()).containsExactly("telemetry");
            }

            // When
            Topics.ensure(client, List.of(TopicSpec.of("alerts", 4)));
            Examination uncompacted = new Doctor(client, wish(true), PATIENCE).examine();

            // Then
            assertThat(uncompacted.isWell()).isFalse();
            assertThat(uncompacted.findings())
                    .filteredOn(finding -> finding.level() == Level.PROBLEM)
                    .extracting(Finding::subject)
                    .containsExactly("topic alerts");
        }
    }

    @Test
    void saysWhichStepFailsWhereNobodyAnswers() throws IOException {
        // A port that takes connections and never says a word.
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, Object> client = Map.of("bootstrap.servers", "127.0.0.1:" + silent.getLocalPort());

            Examination examination = new Doctor(client, wish(true), Duration.ofSeconds(1)).examine();

            assertThat(examination.reachable()).isFalse();
            assertThat(examination.findings()).extracting(Finding::level).containsExactly(Level.OK, Level.PROBLEM);
            assertThat(examination.findings().get(1).text()).contains("does security.protocol suit the port?");
        }
        Examination unknown = new Doctor(
                        Map.of("bootstrap.servers", "nobody.invalid:9092"), wish(true), Duration.ofSeconds(1))
                .examine();
        assertThat(unknown.reachable()).isFalse();
        assertThat(unknown.findings()).singleElement().satisfies(finding -> assertThat(finding.text())
                .startsWith("nobody knows the host nobody.invalid"));
    }

    @Test
    void knowsTheLimitsOfEventHubs() {
        String servers = "ns.servicebus.windows.net:9093";
        assertThat(EventHubsEndpoint.is(servers)).isTrue();
        assertThat(EventHubsEndpoint.is("kafka:9092")).isFalse();
        assertThat(EventHubsEndpoint.look(servers, Map.of("compression.type", "lz4"), wish(true)))
                .extracting(Finding::subject)
                .containsExactly("idle time-out", "idle time-out", "compression");
        assertThat(EventHubsEndpoint.look(
                        servers,
                        Map.of("connections.max.idle.ms", "180000", "metadata.max.age.ms", 180000),
                        wish(true)))
                .isEmpty();
    }
}
