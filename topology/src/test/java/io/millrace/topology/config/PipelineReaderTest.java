package io.millrace.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.millrace.scorers.Device;
import io.millrace.topology.config.AlertConfig.Level;
import io.millrace.topology.config.AlertConfig.Persistence;
import io.millrace.topology.config.AlertConfig.Rate;
import io.millrace.topology.config.AlertConfig.Severity;
import io.millrace.topology.config.AlertConfig.Timing;
import io.millrace.topology.config.AlertingConfig.Tell;
import io.millrace.topology.config.QualityConfig.Limits;
import io.millrace.topology.config.SourceConfig.Format;
import io.millrace.topology.config.StateConfig.Store;
import io.millrace.topology.config.TopicsConfig.CloudEvents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineReaderTest {
    static final String LEAST = """
            pipeline: pumps
            model:
              uri: models/m.onnx
              inputs: {x: [/a]}
            """;

    static final String MOST = """
            pipeline: pump-health
            source:
              topic: readings
              format: json
              device: /deviceId
              time: /ts
              repartition: true
              max-bytes: 64KiB
              max-depth: 8
            model:
              name: pump-autoencoder
              version: "3"
              uri: file:models/x.onnx
              sha256: 9F2CAB0000000000000000000000000000000000000000000000000000000000
              device: cuda:1
              require: false
              tolerance: 0.01
              spinning: true
              threads: 2
              inputs:
                features:
                  - /now
                  - {field: /lag, lag: 3}
                  - {field: /delta, delta: 1}
                  - {field: /roll, rolling: rms, over: 32}
                  - {since-last: seconds}
                window: {window: 16, fields: [/roll, /now]}
              scores:
                anomaly: out
                second: {output: probabilities, index: 1}
              state: {hidden_out: hidden_in}
            batch: {rows: 64, threads: 2}
            quality:
              clock-ahead: 200ms
              fields:
                /now: {min: -40, max: 1.5e2, frozen-after: 60}
                /only: {max: 3}
            alerts:
              - {name: wear, when: anomaly > 0.9, for: 3 of 5 and 30s, clear: anomaly < 0.6, clear-for: 2 of 2, severity: critical,
                 hold: 1s, cool-down: 2s, stale-after: 3s, clear-after: 4s, flapping: 4 in 1h}
              - {name: low, severity: {warning: second <= -1, critical: second < -2}, clear: {critical: second > -1.5}}
            registry: {twins: t, changes: ch, retired: r, properties: {site: /tags/site}, predictions: true}
            alerting: {tell: all, catch-up: 5s, storm: 20 in 1m, group: [/site, model], explain: false, keep: 1d}
            topics: {predictions: p, alerts: a, dead-letters: d, controls: c, cloud-events: all}
            guarantee: at_least_once
            kafka:
              bootstrap.servers: host:9092
              num.stream.threads: 2
              producer.enable.idempotence: true
            state: {store: disk, dir: data}
            """;

    static PipelineConfig read(String yaml) throws ConfigException {
        return PipelineReader.read("pipeline.yaml", yaml, Map.<String, String>of()::get);
    }

    @Test
    void pinsEveryDefault() throws ConfigException {
        // Given the least that a pipeline must say

        // When
        PipelineConfig config = read(LEAST);

        // Then
        assertThat(config.pipeline()).isEqualTo("pumps");
        assertThat(config.source())
                .isEqualTo(new SourceConfig(
                        "telemetry", Format.JSON, Optional.empty(), Optional.empty(), false, 1 << 20, 64));
        assertThat(config.model())
                .isEqualTo(new ModelConfig(
                        "m",
                        Optional.empty(),
                        Optional.of(Path.of("models/m.onnx")),
                        Optional.empty(),
                        new DeviceConfig(Device.CPU, true, 1e-3, 1, false),
                        Map.of("x", new InputMapping.Row(List.of(new Feature.Now("/a")))),
                        Map.of(),
                        Map.of()));
        assertThat(config.batch()).isEqualTo(new BatchConfig(256, 1));
        assertThat(config.quality()).isEqualTo(new QualityConfig(Duration.ofMinutes(5), Map.of()));
        assertThat(config.alerts()).isEmpty();
        assertThat(config.alerting()).isEqualTo(AlertingConfig.DEFAULT);
        assertThat(config.registry()).isEqualTo(RegistryConfig.NONE);
        assertThat(config.topics())
                .isEqualTo(new TopicsConfig(
                        "predictions", "alerts", "dead-letters", "alert-controls", CloudEvents.ALERTS));
        assertThat(config.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
        assertThat(config.kafka()).isEqualTo(new KafkaConfig(Map.of()));
        assertThat(config.kafka().isEmbedded()).isTrue();
        assertThat(config.state()).isEqualTo(new StateConfig(Store.MEMORY, Optional.empty()));
    }

    @Test
    void pinsEveryKey() throws ConfigException {
        // Given a pipeline that gives every key a value other than its default

        // When
        PipelineConfig config = read(MOST);

        // Then
        assertThat(config.pipeline()).isEqualTo("pump-health");
        assertThat(config.source())
                .isEqualTo(new SourceConfig(
                        "readings", Format.JSON, Optional.of("/deviceId"), Optional.of("/ts"), true, 65_536, 8));
        ModelConfig model = config.model();
        assertThat(model.name()).isEqualTo("pump-autoencoder");
        assertThat(model.version()).contains("3");
        assertThat(model.file()).contains(Path.of("models/x.onnx"));
        assertThat(model.sha256()).contains("9f2cab" + "0".repeat(58));
        assertThat(model.runs()).isEqualTo(new DeviceConfig(new Device.Cuda(1), false, 0.01, 2, true));
        assertThat(model.inputs())
                .containsExactly(
                        entry(
                                "features",
                                new InputMapping.Row(List.of(
                                        new Feature.Now("/now"),
                                        new Feature.Lag("/lag", 3),
                                        new Feature.Delta("/delta", 1),
                                        new Feature.Rolling("/roll", Feature.Statistic.RMS, 32),
                                        new Feature.SinceLast(Feature.Unit.SECONDS)))),
                        entry("window", new InputMapping.Window(16, List.of("/roll", "/now"))));
        assertThat(model.scores())
                .containsExactly(
                        entry("anomaly", new ScoreConfig("out", OptionalInt.empty())),
                        entry("second", new ScoreConfig("probabilities", OptionalInt.of(1))));
        assertThat(model.state()).containsExactly(entry("hidden_out", "hidden_in"));
        assertThat(config.registry())
                .isEqualTo(new RegistryConfig(
                        Optional.of("t"), Optional.of("ch"), Optional.of("r"), Map.of("site", "/tags/site"), true));
        assertThat(config.batch()).isEqualTo(new BatchConfig(64, 2));
        assertThat(config.quality().clockAhead()).isEqualTo(Duration.ofMillis(200));
        assertThat(config.quality().fields())
                .containsExactly(
                        entry("/now", new Limits(-40, 150, 60)),
                        entry("/only", new Limits(Double.NEGATIVE_INFINITY, 3, Limits.NEVER)));
        Expression second = Expression.RULE.read("second <= -1");
        assertThat(config.alerts())
                .containsExactly(
                        new AlertConfig(
                                "wear",
                                List.of(new Level(
                                        Severity.CRITICAL,
                                        Expression.RULE.read("anomaly > 0.9"),
                                        Expression.RULE.read("anomaly < 0.6"))),
                                new Persistence(3, 5, Duration.ofSeconds(30)),
                                new Persistence(2, 2),
                                new Timing(
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(2),
                                        Optional.of(Duration.ofSeconds(3)),
                                        Optional.of(Duration.ofSeconds(4)),
                                        Optional.of(new Rate(4, Duration.ofHours(1))))),
                        new AlertConfig(
                                "low",
                                List.of(
                                        new Level(Severity.WARNING, second, new Expression.Not(second)),
                                        new Level(
                                                Severity.CRITICAL,
                                                Expression.RULE.read("second < -2"),
                                                Expression.RULE.read("second > -1.5"))),
                                new Persistence(1, 1),
                                new Persistence(1, 1),
                                Timing.DEFAULT));
        assertThat(config.alerting())
                .isEqualTo(new AlertingConfig(
                        Tell.ALL,
                        Duration.ofSeconds(5),
                        Optional.of(new Rate(20, Duration.ofMinutes(1))),
                        List.of("/site", "model"),
                        false,
                        Duration.ofDays(1)));
        assertThat(config.topics()).isEqualTo(new TopicsConfig("p", "a", "d", "c", CloudEvents.ALL));
        assertThat(config.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(config.kafka().properties())
                .containsExactly(
                        entry("bootstrap.servers", "host:9092"),
                        entry("num.stream.threads", "2"),
                        entry("producer.enable.idempotence", "true"));
        assertThat(config.kafka().isEmbedded()).isFalse();
        assertThat(config.state()).isEqualTo(new StateConfig(Store.DISK, Optional.of(Path.of("data"))));
    }

    @Test
    void tellsEachFieldOnceInTheOrderOfItsFirstUse() throws ConfigException {
        // Given
        PipelineConfig config = read(MOST);

        // Then
        assertThat(config.fields()).containsExactly("/now", "/lag", "/delta", "/roll", "/only");
    }

    @Test
    void namesPathsFromTheFilesFolder(@TempDir Path folder) throws Exception {
        // Given a file that names others beside it
        Path file = folder.resolve("pipeline.yaml");
        Files.writeString(folder.resolve("name"), "from-a-file\n");
        Files.writeString(
                file,
                "\uFEFF" + LEAST.replace("pumps", "${file:name}").replace("models/m.onnx", "file:///models/m.onnx")
                        + "state: {dir: data}\n");

        // When
        PipelineConfig config = PipelineReader.read(file);

        // Then
        assertThat(config.pipeline()).isEqualTo("from-a-file");
        assertThat(config.model().file()).contains(Path.of("/models/m.onnx"));
        assertThat(config.state().dir()).contains(folder.resolve("data"));
    }

    @Test
    void fillsInTheEnvironment() throws ConfigException {
        // Given
        Map<String, String> environment = Map.of("ROWS", "12", "HOST", "broker");

        // When
        PipelineConfig config = PipelineReader.read(
                "pipeline.yaml",
                LEAST + "batch: {rows: \"${env:ROWS}\"}\nkafka: {bootstrap.servers: '${env:HOST}:1', a: '${other:x}'}",
                environment::get);

        // Then
        assertThat(config.batch().rows()).isEqualTo(12);
        assertThat(config.kafka().properties()).containsEntry("bootstrap.servers", "broker:1");
        assertThat(config.kafka().properties()).containsEntry("a", "${other:x}");
    }

    @Test
    void keepsScalarsAsTheyAreWritten() throws ConfigException {
        assertThat(read(LEAST.replace("model:", "model:\n  version: 3.10"))
                        .model()
                        .version())
                .contains("3.10");
    }

    @Test
    void takesAliases() throws ConfigException {
        // Given
        String yaml = LEAST.replace("{x: [/a]}", "{x: &fields [/a, /b], y: *fields}");

        // Then
        Map<String, InputMapping> inputs = read(yaml).model().inputs();
        assertThat(inputs.get("y")).isEqualTo(inputs.get("x"));
    }

    @Test
    void showsNoKafkaValue() throws ConfigException {
        // Given
        PipelineConfig config = read(LEAST + "kafka: {sasl.jaas.config: s3cret}");

        // Then
        assertThat(config.toString()).contains("sasl.jaas.config").doesNotContain("s3cret");
    }

    @Test
    void placesLaterProblemsAtTheNearestKey() throws ConfigException {
        // Given
        Locations locations = read(LEAST).locations();

        // Then
        assertThat(locations.problem("model.inputs.x[0].field", "is wrong"))
                .isEqualTo(new Problem("pipeline.yaml", 4, 16, "model.inputs.x[0].field", "is wrong"));
        assertThat(locations.problem("model.scores.a", "is wrong"))
                .hasToString("pipeline.yaml:2: model.scores.a is wrong");
        assertThat(locations.problem("batch", "is wrong")).hasToString("pipeline.yaml:1: batch is wrong");
    }

    @Test
    void saysWhyAFileCannotBeRead(@TempDir Path folder) throws Exception {
        // Given
        Path missing = folder.resolve("missing.yaml");
        Path latin = folder.resolve("latin.yaml");
        Files.write(latin, "pipeline: \u00fc".getBytes(StandardCharsets.ISO_8859_1));
        Path huge = folder.resolve("huge.yaml");
        Files.write(huge, new byte[(1 << 20) + 1]);

        // Then
        assertThatThrownBy(() -> PipelineReader.read(missing)).hasMessage(missing + ": cannot be read: no such file");
        assertThatThrownBy(() -> PipelineReader.read(latin)).hasMessage(latin + ": cannot be read: not UTF-8 text");
        assertThatThrownBy(() -> PipelineReader.read(huge))
                .hasMessage(huge + ": cannot be read: larger than 1048576 bytes");
        assertThatThrownBy(() -> PipelineReader.read(folder)).hasMessageStartingWith(folder + ": cannot be read: ");
    }
}
