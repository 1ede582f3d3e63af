package io.millrace.topology.config;

import static io.millrace.topology.config.PipelineReaderTest.LEAST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineProblemsTest {
    private static List<String> problems(String yaml) {
        ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> PipelineReaderTest.read(yaml));
        assertThat(thrown).as("the problems of%n%s", yaml).isNotNull();
        return thrown.problems().stream().map(Problem::toString).collect(Collectors.toList());
    }

    /** What follows a good file's four lines, and what is said about it. */
    static Stream<Arguments> endings() {
        String pointer = "must be a JSON pointer such as /temperature";
        String topic = "must be a Kafka topic's name: 1 to 249 letters, digits, '.', '_' or '-'";
        return Stream.of(
                arguments("batch: {rows: 0}", "5: batch.rows must be between 1 and 65536, got: 0"),
                arguments("batch:\n  rows: 65537", "6: batch.rows must be between 1 and 65536, got: 65537"),
                arguments("batch: {rows: many}", "5: batch.rows must be between 1 and 65536, got: many"),
                arguments("batch: {rows: 1.5}", "5: batch.rows must be between 1 and 65536, got: 1.5"),
                arguments("batch: {rows: [1]}", "5: batch.rows must be a single value, got: a list"),
                arguments("batch: {rows: {}}", "5: batch.rows must be a single value, got: a mapping"),
                arguments("batch: {rows: }", "5: batch.rows must have a value: give one or remove the key"),
                arguments("batch: {threads: 65}", "5: batch.threads must be between 1 and 64, got: 65"),
                arguments("batch:", "5: batch must have a value: give one or remove the key"),
                arguments("batch: 3", "5: batch must be a mapping, got: a single value"),
                arguments("batch: {row: 3}", "5: batch.row is not a known key; did you mean rows?"),
                arguments("bach: {rows: 3}", "5: bach is not a known key; did you mean batch?"),
                arguments("else: {rows: 3}", "5: else is not a known key"),
                arguments("<<: {rows: 3}", "5: << is not a known key"),
                arguments("pipeline: again", "5: pipeline must be given once, it stands on line 1 too"),
                arguments("? [a]\n: b", "5: ? must be a single value, as every key, got: a list or a mapping"),
                arguments("batch: !x {}", "5: batch must have no YAML tag: quote a value that starts with '!'"),
                arguments("source: {topic: a/b}", "5: source.topic " + topic + ", got: a/b"),
                arguments("source: {topic: ..}", "5: source.topic " + topic + ", got: .."),
                arguments("source: {format: avro}", "5: source.format must be one of json, got: avro"),
                arguments("source: {device: id}", "5: source.device " + pointer + ", or header:NAME, or key, got: id"),
                arguments(
                        "source: {device: 'header:'}",
                        "5: source.device " + pointer + ", or header:NAME, or key, got: header:"),
                arguments("source: {time: /a~2}", "5: source.time " + pointer + ", or record, got: /a~2"),
                arguments("source: {repartition: yes}", "5: source.repartition must be true or false, got: yes"),
                arguments(
                        "source: {max-bytes: 12}",
                        "5: source.max-bytes must be a size in B, KiB, MiB or GiB, such as 64KiB, got: 12"),
                arguments(
                        "source: {max-bytes: 2GiB}",
                        "5: source.max-bytes must be between 1 and 1073741824 bytes, got: 2GiB"),
                arguments("source: {max-depth: 0}", "5: source.max-depth must be between 1 and 1000, got: 0"),
                arguments(
                        "quality: {clock-ahead: 5}",
                        "5: quality.clock-ahead must be a duration in ms, s, m, h or d, such as 200ms or 5s, got: 5"),
                arguments("quality: {fields: {t: {min: 1}}}", "5: quality.fields.t has a key that " + pointer),
                arguments("quality: {fields: {/t: {min: low}}}", "5: quality.fields./t.min must be a number, got: low"),
                arguments("quality: {fields: {/t: {max: NaN}}}", "5: quality.fields./t.max must be a number, got: NaN"),
                arguments(
                        "quality: {fields: {/t: {max: 1e999}}}",
                        "5: quality.fields./t.max must be a number, got: 1e999"),
                arguments(
                        "quality: {fields: {/t: {min: 2, max: 1}}}",
                        "5: quality.fields./t.min must not be above max, got: min 2.0 and max 1.0"),
                arguments(
                        "quality: {fields: {/t: {frozen-after: 1}}}",
                        "5: quality.fields./t.frozen-after must be between 2 and 2147483646, got: 1"),
                arguments("quality: {fields: {/t: {}}}", "5: quality.fields./t must have min, max or frozen-after"),
                arguments("alerts: {}", "5: alerts must be a list, got: a mapping"),
                arguments("alerts:\n  - x", "6: alerts[0] must be a mapping, got: a single value"),
                arguments("alerts:\n  - {when: a > 1}", "6: alerts[0].name is required"),
                arguments("alerts: [{name: a}]", "5: alerts[0].when is required"),
                arguments(
                        "alerts: [{name: a/b, when: a > 1}]",
                        "5: alerts[0].name must be 1 to 100 letters, digits, '.', '_' or '-', with a letter or digit first, got: a/b"),
                arguments(
                        "alerts: [{name: a, when: a = 1}]",
                        "5: alerts[0].when must be a condition such as anomaly > 0.9 and /speed < 100: one of > >= < <= == != was expected at character 3, where '=' stands, got: a = 1"),
                arguments(
                        "alerts: [{name: a, when: 1 > 2}]",
                        "5: alerts[0].when must be a condition such as anomaly > 0.9 and /speed < 100: a comparison with a score or a field in it was expected at character 1, where '1' stands, got: 1 > 2"),
                arguments(
                        "alerts: [{name: a, severity: {warning: a > 1, critical: a >}}]",
                        "5: alerts[0].severity.critical must be a condition such as anomaly > 0.9 and /speed < 100: a score, a field or a number was expected at character 4, where its end stands, got: a >"),
                arguments(
                        "alerts: [{name: a, when: a > 1, flapping: 1 in 1h}]",
                        "5: alerts[0].flapping must count between 2 and 16 raises"),
                arguments(
                        "alerts: [{name: a, when: a > 1, hold: 1}]",
                        "5: alerts[0].hold must be a duration in ms, s, m, h or d, such as 200ms or 5s, got: 1"),
                arguments(
                        "alerts: [{name: a, when: a > 1, stale-after: no}]",
                        "5: alerts[0].stale-after must be a duration in ms, s, m, h or d, such as 200ms or 5s, or never, got: no"),
                arguments("registry: {twin: a}", "5: registry.twin is not a known key; did you mean twins?"),
                arguments("registry: {twins: a}", "5: registry.properties is required where twins are read"),
                arguments(
                        "registry: {properties: {site: /tags/site}}",
                        "5: registry.twins is required where properties are read"),
                arguments(
                        "registry: {retired: telemetry}",
                        "5: registry.retired must be another topic than" + " source.topic, got: telemetry"),
                arguments(
                        "registry: {retired: alerts}",
                        "5: registry.retired must be another topic than" + " topics.alerts, got: alerts"),
                arguments(
                        "registry: {twins: a, retired: a, properties: {site: /s}}",
                        "5: registry.retired must be another topic than twins, got: a"),
                arguments(
                        "registry: {twins: a, properties: {site: tags}}",
                        "5: registry.properties.site " + pointer + ", got: tags"),
                arguments(
                        "registry: {twins: a, properties: {model: /m}}",
                        "5: registry.properties.model has a key that must be 1 to 100 letters, digits, '.', '_' or '-',"
                                + " with a letter first, and not and, or, not or model"),
                arguments(
                        "registry: {retired: a, predictions: true}",
                        "5: registry.predictions needs properties to tell"),
                arguments(
                        "registry: {twins: t, properties: {site: /s}}\n"
                                + "alerts: [{name: a, when: s > 1, where: sit == 'north'}]",
                        "6: alerts[0].where must be a condition such as anomaly > 0.9 and /speed < 100: == or != between a"
                                + " text and one of the properties [site] of the registry was expected at character 1,"
                                + " where 's' stands, got: sit == 'north'"),
                arguments(
                        "registry: {twins: t, properties: {site: /s}}\n"
                                + "alerts: [{name: a, when: s > 1, where: site > 'north'}]",
                        "6: alerts[0].where must be a condition such as anomaly > 0.9 and /speed < 100: == or != between a"
                                + " text and one of the properties [site] of the registry was expected at character 1,"
                                + " where 's' stands, got: site > 'north'"),
                arguments(
                        "registry: {twins: t, properties: {site: /s}}\nalerting: {group: [sit]}",
                        "6: alerting.group[0] must be a JSON pointer such as /temperature, or model, or one of the"
                                + " properties [site], got: sit"),
                arguments("alerting: {storm: 1 in 1m}", "5: alerting.storm must be between 2 and 10000, got: 1"),
                arguments(
                        "alerting: {group: [site]}",
                        "5: alerting.group[0] must be a JSON pointer such as /temperature, or model, got: site"),
                arguments(
                        "alerts: [{name: a, when: a > 1, for: 3}]",
                        "5: alerts[0].for must be N of M, such as 3 of 5, or a duration, such as 30s, or both: 3 of 5 and 30s, got: 3"),
                arguments(
                        "alerts: [{name: a, when: a > 1, for: 3 of 2}]",
                        "5: alerts[0].for must be N of M with 1 <= N <= M <= 64, got: 3 of 2"),
                arguments(
                        "alerts: [{name: a, when: a > 1, for: 1 of 65}]",
                        "5: alerts[0].for must be N of M with 1 <= N <= M <= 64, got: 1 of 65"),
                arguments(
                        "alerts: [{name: a, when: a > 1, severity: bad}]",
                        "5: alerts[0].severity must be one of info, warning, critical, got: bad"),
                arguments(
                        "alerts:\n  - name: a\n    when: a > 0.9\n    clear: a < 0.95",
                        "8: alerts[0].clear must not hold together with when, got: a > 0.9 and a < 0.95"),
                arguments(
                        "alerts:\n  - {name: a, when: a > 1}\n  - {name: a, when: a > 2}",
                        "7: alerts[1].name must be unique, alerts[0] has it too, got: a"),
                arguments("topics: {alerts: ''}", "5: topics.alerts " + topic + ", got: "),
                arguments(
                        "topics: {alerts: predictions}",
                        "5: topics.alerts must be another topic than predictions, got: predictions"),
                arguments(
                        "topics: {dead-letters: telemetry}",
                        "5: topics.dead-letters must be another topic than source.topic, got: telemetry"),
                arguments(
                        "guarantee: at_most_once",
                        "5: guarantee must be one of exactly_once, at_least_once, got: at_most_once"),
                arguments("kafka: s3cret", "5: kafka must be a mapping, got: a single value"),
                arguments("kafka: {a: {b: s3cret}}", "5: kafka.a must be a single value, got: a mapping"),
                arguments(
                        "kafka: {bootstrap.servers: ''}",
                        "5: kafka.bootstrap.servers must not be empty: leave it out for the embedded broker"),
                arguments(
                        "kafka: {application.id: s3cret}",
                        "5: kafka.application.id must be left out: give pipeline instead"),
                arguments("kafka: {group.id: a}", "5: kafka.group.id must be left out: give pipeline instead"),
                arguments(
                        "kafka: {processing.guarantee: a}",
                        "5: kafka.processing.guarantee must be left out: give guarantee instead"),
                arguments(
                        "kafka: {main.consumer.enable.auto.commit: true}",
                        "5: kafka.main.consumer.enable.auto.commit must be left out: Millrace commits with its output, see guarantee"),
                arguments(
                        "kafka: {default.key.serde: a}",
                        "5: kafka.default.key.serde must be left out: Millrace reads and writes the bytes itself, see source.format"),
                arguments(
                        "kafka: {consumer.value.deserializer: a}",
                        "5: kafka.consumer.value.deserializer must be left out: Millrace reads and writes the bytes itself, see source.format"),
                arguments(
                        "kafka: {state.dir: a}",
                        "5: kafka.state.dir must be left out: give state.dir of the pipeline instead"),
                arguments(
                        "kafka: {a: 's3cret${env:NOT_SET}'}",
                        "5: kafka.a needs the environment variable NOT_SET, which is not set"),
                arguments(
                        "kafka: {a: '${file:/not/there}'}",
                        "5: kafka.a needs the file /not/there, which cannot be read: no such file"),
                arguments("kafka: {a: \"${file:\\0}\"}", "5: kafka.a needs the file \uFFFD, which is no path"),
                arguments(
                        "batch: {rows: '${env:ROWS}'}",
                        "5: batch.rows needs the environment variable ROWS, which is not set"),
                arguments("state: {dir: ''}", "5: state.dir must be a path, got: "),
                arguments("state: {store: ram}", "5: state.store must be one of memory, disk, got: ram"),
                arguments("state: {dirr: a}", "5: state.dirr is not a known key; did you mean dir?"),
                arguments("\"a\\nb\": 1", "5: a\uFFFDb is not a known key"),
                arguments(
                        "batch: {rows: " + "9".repeat(99) + "}",
                        "5: batch.rows must be between 1 and 65536, got: " + "9".repeat(80) + "…"));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void saysWhatIsWrongAndWhere(String ending, String expected) {
        assertThat(problems(LEAST + ending)).containsExactly("pipeline.yaml:" + expected);
    }

    /** What stands as the model's only section on the second line, and what is said about it. */
    static Stream<Arguments> models() {
        String pointer = "must be a JSON pointer such as /temperature";
        return Stream.of(
                arguments("inputs: {x: [/a]}", "model.uri is required"),
                arguments("uri: m", "model.inputs must map at least one input of the model"),
                arguments("uri: m, inputs: {}", "model.inputs must map at least one input of the model"),
                arguments("uri: m, inputs: 1", "model.inputs must be a mapping, got: a single value"),
                arguments(
                        "uri: m, inputs: {x: /a}",
                        "model.inputs.x must be a list of features or a window, got: a single value"),
                arguments("uri: m, inputs: {x: []}", "model.inputs.x must have at least one feature"),
                arguments("uri: m, inputs: {x: [a]}", "model.inputs.x[0] " + pointer + ", got: a"),
                arguments("uri: m, inputs: {x: [[]]}", "model.inputs.x[0] must be a mapping, got: a list"),
                arguments("uri: m, inputs: {x: [/a, {lag: 1}]}", "model.inputs.x[1].field is required"),
                arguments(
                        "uri: m, inputs: {x: [{field: /a}]}",
                        "model.inputs.x[0].field must come with exactly one of lag, delta, rolling and vocabulary, got: 0"),
                arguments(
                        "uri: m, inputs: {x: [{field: /a, lag: 1, delta: 1}]}",
                        "model.inputs.x[0].field must come with exactly one of lag, delta, rolling and vocabulary, got: 2"),
                arguments(
                        "uri: m, inputs: {x: [{field: /a, lag: 0}]}",
                        "model.inputs.x[0].lag must be between 1 and 4096, got: 0"),
                arguments(
                        "uri: m, inputs: {x: [{field: /a, delta: 4097}]}",
                        "model.inputs.x[0].delta must be between 1 and 4096, got: 4097"),
                arguments("uri: m, inputs: {x: [{field: /a, rolling: std}]}", "model.inputs.x[0].over is required"),
                arguments(
                        "uri: m, inputs: {x: [{field: /a, rolling: median, over: 2}]}",
                        "model.inputs.x[0].rolling must be one of mean, std, min, max, slope, rms, got: median"),
                arguments(
                        "uri: m, inputs: {x: [{field: /a, lag: 1, over: 2}]}",
                        "model.inputs.x[0].over is not a known key"),
                arguments(
                        "uri: m, inputs: {x: [{since-last: hours}]}",
                        "model.inputs.x[0].since-last must be one of seconds, got: hours"),
                arguments("uri: m, inputs: {x: {fields: [/a]}}", "model.inputs.x.window is required"),
                arguments("uri: m, inputs: {x: {window: 2}}", "model.inputs.x.fields must have at least one field"),
                arguments(
                        "uri: m, inputs: {x: {window: 0, fields: [/a]}}",
                        "model.inputs.x.window must be between 1 and 4096, got: 0"),
                arguments(
                        "uri: m, inputs: {x: {window: 2, fields: [a]}}",
                        "model.inputs.x.fields[0] " + pointer + ", got: a"),
                arguments(
                        "inputs: {x: [/a]}, uri: 'https://a/b'",
                        "model.uri must be a file: https: is not supported yet, got: https://a/b"),
                arguments(
                        "inputs: {x: [/a]}, uri: 'azureblob:x'",
                        "model.uri must be a file: azureblob: is not supported yet, got: azureblob:x"),
                arguments(
                        "inputs: {x: [/a]}, uri: 'mlflow:x'",
                        "model.uri must be a file: mlflow: is not supported yet, got: mlflow:x"),
                arguments(
                        "inputs: {x: [/a]}, uri: 'ftp:x'", "model.uri must be a path or begin with file:, got: ftp:x"),
                arguments("inputs: {x: [/a]}, uri: \"a\\0\"", "model.uri must be a path, got: a\uFFFD"),
                arguments(
                        "uri: m, inputs: {x: [/a]}, device: 'plugin:lib.so?name=A'",
                        "model.device must name the plugin's library by its absolute path, got: plugin:lib.so?name=A"),
                arguments(
                        "inputs: {x: [/a]}, device: 'remote:grpc://h:1/m', require: false",
                        "model.require must come with uri: without the model's file there is no falling back"),
                arguments(
                        "inputs: {x: [/a]}, device: 'remote:grpc://h:1/m', sha256: %s".formatted("0".repeat(64)),
                        "model.sha256 must come with uri"),
                arguments(
                        "uri: m, inputs: {x: [/a]}, tolerance: 2",
                        "model.tolerance must be between 0.0 and 1.0, got: 2"),
                arguments("uri: m, inputs: {x: [/a]}, spinning: x", "model.spinning must be true or false, got: x"),
                arguments(
                        "uri: m, inputs: {x: [/a]}, device: gpu",
                        "model.device must be cpu, cuda:N, tensorrt:N, openvino:TYPE, plugin:/path/library.so?name=NAME or"
                                + " remote:grpc://host:port/model, got: gpu"),
                arguments(
                        "uri: m, inputs: {x: [/a]}, sha256: 9f2c",
                        "model.sha256 must be 64 hexadecimal digits, got: 9f2c"),
                arguments("uri: m, inputs: {x: [/a]}, require: 1", "model.require must be true or false, got: 1"),
                arguments("uri: m, inputs: {x: [/a]}, threads: 0", "model.threads must be between 1 and 64, got: 0"),
                arguments(
                        "uri: m, inputs: {x: [/a]}, name: ''",
                        "model.name must be 1 to 200 printable characters, got: "),
                arguments("uri: m, inputs: {x: [/a]}, scores: {a: {index: 1}}", "model.scores.a.output is required"),
                arguments(
                        "uri: m, inputs: {x: [/a]}, scores: {a: {output: b, index: -1}}",
                        "model.scores.a.index must be between 0 and 65535, got: -1"),
                arguments(
                        "uri: m, inputs: {x: [/a]}, state: {h: x}",
                        "model.state.h must feed an input that nothing else feeds, got: x"),
                arguments(
                        "uri: m, inputs: {x: [/a]}, state: {h: []}",
                        "model.state.h must be a single value, got: a list"));
    }

    @ParameterizedTest
    @MethodSource("models")
    void saysWhatIsWrongWithTheModel(String model, String expected) {
        assertThat(problems("pipeline: p\nmodel: {" + model + "}")).containsExactly("pipeline.yaml:2: " + expected);
    }

    static Stream<Arguments> wholeFiles() {
        return Stream.of(
                arguments("", "1: must be a mapping, got: nothing"),
                arguments("# nothing\n", "1: must be a mapping, got: nothing"),
                arguments("- a", "1: must be a mapping, got: a list"),
                arguments("a: 1\nb: [1\nc: 2", "3: is not valid YAML: expected ',' or ']' (column 2)"),
                arguments("a: 1\n b: 2", "2: is not valid YAML: mapping values are not allowed here (column 3)"),
                arguments("a: 1\n---\nb: 2", "2: is not valid YAML: it holds more than one document (column 1)"),
                arguments("kafka:\n  a: *s3cret", "2: is not valid YAML: found undefined alias (column 6)"),
                arguments("kafka:\n  a: !s3cret!x b", "2: is not valid YAML: found undefined tag handle (column 6)"),
                arguments("a: 1\nb: \u0007", "2: is not valid YAML: it has the character U+0007"),
                arguments("a:\n" + "[".repeat(1000), "2: must be nested at most 32 deep"),
                arguments("a: &a\n  - *a", "1: a is not a known key"));
    }

    @ParameterizedTest
    @MethodSource("wholeFiles")
    void saysWhatIsWrongWithTheFile(String yaml, String expected) {
        assertThat(problems(yaml)).contains("pipeline.yaml:" + expected);
    }

    @Test
    void refusesLaughter() {
        // Given lists of lists of lists, each naming the one before ten times
        String bomb = "a: &l0 [x]\n"
                + IntStream.range(1, 10)
                        .mapToObj(i -> "b" + i + ": &l" + i + " [" + ("*l" + (i - 1) + ",").repeat(10) + "]\n")
                        .collect(Collectors.joining());

        // Then
        assertThat(problems(bomb))
                .containsExactly("pipeline.yaml:1: is not accepted: more than 20 aliases of lists and mappings, "
                        + "or more than 1048576 characters");
        assertThat(problems("a".repeat((1 << 20) + 1)))
                .hasSize(1)
                .first()
                .asString()
                .contains("is not accepted");
    }

    @Test
    void boundsListsAndProblems() {
        assertThat(problems(LEAST + "alerts: [" + "a,".repeat(4097) + "]"))
                .containsExactly("pipeline.yaml:5: alerts must have at most 4096 elements, got: 4097");
        assertThat(problems(LEAST + "alerts: [" + "a,".repeat(4096) + "]")).hasSize(Reading.MAX_PROBLEMS);
    }

    @Test
    void longValuesAreReadOrRefusedAtOnce() throws ConfigException {
        assertThat(PipelineReaderTest.read(LEAST.replace("/a", "/" + "a~1".repeat(100_000)))
                        .fields())
                .hasSize(1);
        assertThat(problems(LEAST + "quality: {fields: {/t: {min: " + "1".repeat(500_000) + "x}}}"))
                .hasSize(1);
        assertThat(problems(LEAST + "state: {dri: '" + "${env:".repeat(50_000) + "'}"))
                .hasSize(1);
    }

    @Test
    void doesNotEchoWhatItHasReported() {
        assertThat(problems(LEAST + "alerts: [{when: a > 1}, {when: a > 1}]"))
                .containsExactly(
                        "pipeline.yaml:5: alerts[0].name is required", "pipeline.yaml:5: alerts[1].name is required");
        assertThat(problems("pipeline: p\nmodel: x"))
                .containsExactly("pipeline.yaml:2: model must be a mapping, got: a single value");
        assertThat(problems(LEAST + "alerts: [{name: a, when: a ! 1, clear: stand-in > 5}]"))
                .hasSize(1);
    }

    @Test
    void reportsAllAtOnceInTheOrderOfLines() {
        // Given
        String yaml = """
                guarantee: maybe
                batch: {rows: 0, threads: 0}
                topics: {alerts: telemetry}
                model: {device: gpu:1, inputs: {x: [a, {field: b, lag: 0}]}}
                pipelin: p
                """;

        // Then
        assertThat(problems(yaml))
                .extracting(problem -> problem.substring(0, problem.indexOf(' ', 17)))
                .containsExactly(
                        "pipeline.yaml:1: pipeline",
                        "pipeline.yaml:1: guarantee",
                        "pipeline.yaml:2: batch.rows",
                        "pipeline.yaml:2: batch.threads",
                        "pipeline.yaml:3: topics.alerts",
                        "pipeline.yaml:4: model.uri",
                        "pipeline.yaml:4: model.device",
                        "pipeline.yaml:4: model.inputs.x[0]",
                        "pipeline.yaml:4: model.inputs.x[1].field",
                        "pipeline.yaml:4: model.inputs.x[1].lag",
                        "pipeline.yaml:5: pipelin");
    }

    @Test
    void neverShowsWhatCameFromTheEnvironment() {
        assertThatThrownBy(() -> PipelineReader.read(
                        "pipeline.yaml", LEAST + "batch: {rows: 'a${env:ROWS}'}", Map.of("ROWS", "s3cret")::get))
                .hasMessage("pipeline.yaml:5: batch.rows must be between 1 and 65536, got: a${env:ROWS}");
    }

    static Stream<Arguments> records() {
        Expression above = Expression.RULE.read("a > 0.9");
        return Stream.of(
                arguments("rows must be between 1 and 65536, got: 0", (Runnable) () -> new BatchConfig(0, 1)),
                arguments("lag must be between 1 and 4096, got: 0", (Runnable) () -> new Feature.Lag("/a", 0)),
                arguments("field must be a JSON pointer such as /temperature, got: a", (Runnable)
                        () -> new Feature.Now("a")),
                arguments("index must be between 0 and 65535, got: -1", (Runnable)
                        () -> new ScoreConfig("a", OptionalInt.of(-1))),
                arguments("clear must not hold together with when, got: a > 0.9 and a > 0.9", (Runnable)
                        () -> new AlertConfig.Level(AlertConfig.Severity.INFO, above, above)),
                arguments("application.id must be left out: give pipeline instead", (Runnable)
                        () -> new KafkaConfig(Map.of("application.id", "s3cret"))));
    }

    @ParameterizedTest
    @MethodSource("records")
    void recordsHoldTheSameRules(String message, Runnable maker) {
        assertThatThrownBy(maker::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void conditionsOverlapOnlyWhereOneNumberSatisfiesBoth() {
        Expression above = Expression.RULE.read("a > 1");
        Expression atLeast = Expression.RULE.read("a >= 1");
        assertThat(above.overlaps(Expression.RULE.read("a < 1"))).isFalse();
        assertThat(above.overlaps(Expression.RULE.read("a <= 1"))).isFalse();
        assertThat(atLeast.overlaps(Expression.RULE.read("a <= 1"))).isTrue();
        assertThat(above.overlaps(Expression.RULE.read("a < 1.1"))).isTrue();
        assertThat(Expression.RULE.read("a < 1.1").overlaps(above)).isTrue();
        assertThat(above.overlaps(Expression.RULE.read("a > 5"))).isTrue();
        assertThat(above.overlaps(Expression.RULE.read("b < 5"))).isFalse();
    }

    static Stream<Long> seeds() {
        return Stream.iterate(1L, seed -> seed + 1).limit(20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void mutationsGiveAConfigOrProblemsAndNothingElse(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            String yaml = mutate(PipelineReaderTest.MOST, random);
            try {
                PipelineReaderTest.read(yaml);
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> assertThat(problem.line())
                        .isBetween(1, 1 + (int) yaml.lines().count()));
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", mutation " + i + ":\n" + yaml, e);
            }
        }
    }

    /** A few characters, words or lines taken out, doubled, exchanged or put in. */
    private static String mutate(String yaml, Random random) {
        String[] bits = {
            "\n",
            " ",
            "  ",
            ":",
            ": ",
            "[",
            "]",
            "{",
            "}",
            "-",
            "*a",
            "&a ",
            "!",
            "\"",
            "'",
            "null",
            "${env:A}",
            "0",
            "-1",
            "1e9",
            "\t",
            "\0",
            "\uD83D\uDE00",
            "%",
            "@",
            "|",
            ">",
            "<<: ",
            "? ",
            "#",
            ",",
            "~",
            "/",
            "x",
            "---\n"
        };
        StringBuilder text = new StringBuilder(yaml);
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int from = random.nextInt(text.length());
            int to = Math.min(text.length(), from + random.nextInt(random.nextBoolean() ? 3 : 80));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(from, to);
                case 1 -> text.insert(from, text.substring(from, to));
                case 2 -> text.replace(from, to, bits[random.nextInt(bits.length)]);
                default -> text.insert(from, bits[random.nextInt(bits.length)]);
            }
        }
        return text.toString();
    }
}
