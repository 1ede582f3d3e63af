package io.millrace.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.topology.config.ConnectorConfig.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectReaderTest {
    private static PipelineConfig read(Path folder, String ending) throws ConfigException {
        return PipelineReader.read(
                folder.resolve("pipeline.yaml").toString(),
                PipelineReaderTest.LEAST + ending,
                Map.of("HOOK", "https://example.com/hook")::get);
    }

    @Test
    void settingsAreTheConnectorsOwnAndSecretsStayReferences(@TempDir Path folder) throws Exception {
        // Given
        Files.writeString(folder.resolve("secret"), "s3cret\n");

        // When
        ConnectConfig connect = read(folder, """
                source: {connector: {type: event-hubs, eventhubs.name: telemetry}}
                sinks:
                  - {name: hook, type: webhook, webhook.url: "${env:HOOK}", webhook.secret: "${file:secret}"}
                  - {name: am, type: org.example.Sink, urls: ["http://a", "http://b"]}
                connect: {listeners: "http://0.0.0.0:8083"}
                """).connect();

        // Then
        assertThat(connect.connectors()).extracting(ConnectorConfig::name).containsExactly("source", "hook", "am");
        assertThat(connect.connectors().get(0).settings())
                .containsExactly(Map.entry("eventhubs.name", new Setting("telemetry", "telemetry")));
        assertThat(connect.sinks().get(0).settings())
                .containsEntry("webhook.url", new Setting("https://example.com/hook", "${env:HOOK}"))
                .containsEntry(
                        "webhook.secret",
                        new Setting(
                                "s3cret", "${file:" + folder.toAbsolutePath().resolve("secret") + "}"));
        assertThat(connect.sinks().get(1).settings())
                .containsEntry("urls", new Setting("http://a,http://b", "http://a,http://b"));
        assertThat(connect.worker()).containsExactly(Map.entry("listeners", "http://0.0.0.0:8083"));
        assertThat(connect.toString()).doesNotContain("s3cret", "example.com");
    }

    @Test
    void theSourceMayHaveANameOfItsOwn(@TempDir Path folder) throws Exception {
        assertThat(read(folder, "source: {connector: {name: hub, type: event-hubs}}")
                        .connect()
                        .connectors())
                .extracting(ConnectorConfig::name)
                .containsExactly("hub");
    }

    @Test
    void noneIsTheDefault(@TempDir Path folder) throws Exception {
        assertThat(read(folder, "").connect().connectors()).isEmpty();
    }

    @Test
    void allProblemsAtOnce(@TempDir Path folder) {
        ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> read(folder, """
                source: {connector: {eventhubs.name: telemetry}}
                sinks:
                  - {name: a/b, type: webhook}
                  - {name: x, webhook.url: "${env:NOT_SET}"}
                """));
        assertThat(thrown.problems())
                .extracting(problem -> problem.path() + " " + problem.message())
                .containsExactlyInAnyOrder(
                        "source.connector.type is required",
                        "sinks[0].name " + Rules.NAME.must() + ", got: a/b",
                        "sinks[1].webhook.url needs the environment variable NOT_SET, which is not set",
                        "sinks[1].type is required");
    }

    @Test
    void twoOfOneNameAreRefused(@TempDir Path folder) {
        ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> read(folder, """
                sinks:
                  - {name: hook, type: webhook}
                  - {name: hook, type: webhook}
                """));
        assertThat(thrown.problems())
                .extracting(Problem::message)
                .containsExactly("must have unique names, got twice: hook");
    }

    @Test
    void aProfileBringsItsSettingsAndTheFileWins(@TempDir Path folder) throws Exception {
        KafkaConfig kafka = read(folder, """
                kafka: {profile: event_hubs, bootstrap.servers: "ns.servicebus.windows.net:9093", request.timeout.ms: 30000}
                """).kafka();

        assertThat(kafka.properties())
                .containsEntry("connections.max.idle.ms", "180000")
                .containsEntry("topic.message.timestamp.type", "CreateTime")
                .containsEntry("request.timeout.ms", "30000")
                .doesNotContainKey("profile");
    }
}
