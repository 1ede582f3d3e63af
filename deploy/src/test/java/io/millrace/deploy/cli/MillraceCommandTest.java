package io.millrace.deploy.cli;

import static io.millrace.deploy.cli.Shell.millrace;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.deploy.cli.Shell.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each command says and exits with, as far as no broker is needed. */
class MillraceCommandTest {
    private static final Path DEMO = Path.of("src/main/resources/demo");
    private static final Path MODEL = DEMO.resolve("pump-autoencoder.onnx").toAbsolutePath();
    private static final Path MODELS = Path.of("../scorers/src/test/resources/models");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "run", "score", "check", "inspect", "device-check", "broker"})
    void helpTeachesWithinEightyColumns(String command) {
        Result help = command.isEmpty() ? millrace("--help") : millrace(command, "--help");

        assertThat(help.code()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(help.out()).contains(command.isEmpty() ? "Exit codes:" : "Usage: millrace " + command);
    }

    @Test
    void theListOfCommandsTellsEachInOneSentence() {
        assertThat(millrace("--help").out())
                .contains("demo                 Shows Millrace at work on a simulated fleet of pumps.")
                .contains("run                  Runs a pipeline until it is stopped.");
    }

    @Test
    void checkSaysWhatWillRunWhere() {
        Result check = millrace("check", DEMO.resolve("pipeline.yaml"));

        assertThat(check.code()).isEqualTo(ExitCode.OK);
        assertThat(check.out())
                .startsWith("ok: ")
                .contains("guarantee exactly_once")
                .contains(
                        "alert     anomaly (critical): raised when anomaly > 0.9 for 3 of 5, cleared when anomaly < 0.6");
        assertThat(check.err()).isEmpty();
    }

    @Test
    void checkTellsAllProblemsAtOnce() throws IOException {
        // Given
        Path file = write("pipeline.yaml", "pipeline: Pump\nmodel: {uri: m.onnx, inputs: {x: [a]}}\nbatch: {row: 1}\n");

        // When
        Result check = millrace("check", file);

        // Then
        assertThat(check.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(check.out()).isEmpty();
        assertThat(check.err().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("pipeline.yaml:1: pipeline must be"))
                .anySatisfy(line -> assertThat(line).contains("pipeline.yaml:2: model.inputs.x[0] must be"))
                .anySatisfy(line -> assertThat(line).contains("pipeline.yaml:3: batch.row is not a known key"));
    }

    @Test
    void aModelThatIsMissingBrokenOrAnotherIsOneClearMessage() throws IOException {
        // Given
        write("broken.onnx", "no model at all");
        String pipeline = "pipeline: p\nmodel: {uri: %s, inputs: {features: [/a]}%s}\n";

        // When
        Result missing = millrace("check", write("a.yaml", pipeline.formatted("missing.onnx", "")));
        Result broken = millrace("check", write("b.yaml", pipeline.formatted("broken.onnx", "")));
        Result other = millrace("check", write("c.yaml", pipeline.formatted(MODEL, ", sha256: " + "0".repeat(64))));

        // Then
        assertThat(List.of(missing, broken, other)).allSatisfy(MillraceCommandTest::isOneLineOfBadInput);
        assertThat(missing.err()).contains("missing.onnx");
        assertThat(broken.err()).contains("broken.onnx");
        assertThat(other.err()).contains("0".repeat(64));
    }

    private static void isOneLineOfBadInput(Result result) {
        assertThat(result.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
    }

    @Test
    void onlyVerboseShowsAStackTrace() {
        assertThat(millrace("check", "no-such.yaml").err()).doesNotContain("\tat ");
        assertThat(millrace("check", "no-such.yaml", "--verbose").err()).contains("\tat io.millrace");
    }

    @Test
    void wrongUsageIsExitCodeTwo() {
        assertThat(millrace().code()).isEqualTo(ExitCode.USAGE);
        assertThat(millrace("run", "p.yaml", "--http", "99999").code()).isEqualTo(ExitCode.USAGE);
        Result broker = millrace("broker", "--data", folder, "--property", "node.id=3");
        assertThat(broker.code()).isEqualTo(ExitCode.USAGE);
        assertThat(broker.err()).contains("node.id");
    }

    @Test
    void wrongUsageIsOneLine() {
        assertThat(millrace("frobnicate").err())
                .isEqualToIgnoringNewLines("frobnicate is no command; see millrace --help");
        assertThat(millrace("chek", "pipeline.yaml").err())
                .isEqualToIgnoringNewLines("chek is no command; did you mean check?");
        assertThat(millrace("demo", "--pump", "3").err())
                .isEqualToIgnoringNewLines("--pump is no option here; did you mean --pumps?");
        assertThat(millrace("check", "a.yaml", "b.yaml").err())
                .isEqualToIgnoringNewLines("b.yaml is too much; see millrace check --help");
        assertThat(millrace("demo", "--pumps", "0").err())
                .isEqualToIgnoringNewLines("--pumps must be between 1 and 100000, got: 0; see millrace demo --help");
        assertThat(millrace("demo", "--for", "soon").err())
                .isEqualToIgnoringNewLines("--for must be a number with ms, s, m, h or d, such as 60s, got: soon;"
                        + " see millrace demo --help");
    }

    static Stream<Path> models() throws IOException {
        try (Stream<Path> all = Files.list(MODELS)) {
            return Stream.concat(
                    Stream.of(MODEL),
                    all
                            .filter(file -> file.toString().endsWith(".onnx"))
                            .map(Path::toAbsolutePath)
                            .sorted()
                            .toList()
                            .stream());
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void inspectPrintsAPipelineThatCheckAccepts(Path model) throws IOException {
        // When
        Result inspect = millrace("inspect", model);

        // Then
        assertThat(inspect.out()).contains("sha256     ");
        if (inspect.code() == ExitCode.OK) {
            String skeleton = inspect.out().substring(inspect.out().indexOf("# pipeline.yaml"));
            Result check = millrace("check", write("skeleton.yaml", skeleton));
            assertThat(check.code()).as(skeleton + check.err()).isEqualTo(ExitCode.OK);
        } else {
            assertThat(inspect.code()).isEqualTo(ExitCode.BAD_INPUT);
            assertThat(inspect.out()).contains("runs on    nothing yet: ").doesNotContain("# pipeline.yaml");
        }
    }

    @Test
    void runAndBrokerSayWhichDirectoryCannotBeUsed() throws IOException {
        // Given a file where a directory should be: root may write anywhere
        Path file = write("in-the-way", "");
        Path pipeline = DEMO.resolve("pipeline.yaml");

        // When
        List<Result> results = List.of(
                millrace("run", pipeline, "--data", file),
                millrace("broker", "--data", file, "--listen", "0"),
                millrace("demo", "--data", file, "--http", "0", "--for", "1s"));

        // Then
        assertThat(results).allSatisfy(result -> {
            assertThat(result.code()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(result.err()).contains("in-the-way").doesNotContain("\tat ");
            assertThat(result.err().lines()).hasSize(1);
        });
    }

    @Test
    void runSaysThatTheBrokersDoNotAnswer() throws IOException {
        // Given
        int closed = freePort();
        Path pipeline = write(
                "pipeline.yaml",
                Files.readString(DEMO.resolve("pipeline.yaml")).replace("file:pump-autoencoder.onnx", "file:" + MODEL)
                        + "kafka: {bootstrap.servers: 127.0.0.1:" + closed + ", default.api.timeout.ms: 500}\n");

        // When
        Result run = millrace("run", pipeline, "--data", folder.resolve("data"));

        // Then
        assertThat(run.code()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run.err())
                .contains("bootstrap.servers must name brokers that answer", "127.0.0.1:" + closed)
                .doesNotContain("\tat ");

        // When
        Result alerts = millrace("alerts", pipeline);

        // Then
        assertThat(alerts.code()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(alerts.err()).contains("topic alerts cannot be read from 127.0.0.1:" + closed);
    }

    @Test
    void brokerSaysThatItsPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Result broker = millrace("broker", "--data", folder.resolve("b"), "--listen", taken.getLocalPort());

            assertThat(broker.code()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(broker.err()).contains("broker port must be free", ":" + taken.getLocalPort());
        }
    }

    @Test
    void neitherOutputNorStackTraceTellsValuesOfTheKafkaSection() throws IOException {
        // Given values that Kafka refuses and would tell
        write("secret.txt", "hush-hush-1\n");
        for (String key : List.of("num.stream.threads", "acks", "security.protocol", "request.timeout.ms")) {
            Path pipeline = write(
                    "pipeline.yaml",
                    Files.readString(DEMO.resolve("pipeline.yaml"))
                                    .replace("file:pump-autoencoder.onnx", "file:" + MODEL)
                            + "kafka: {bootstrap.servers: '127.0.0.1:" + freePort() + "', " + key
                            + ": '${file:secret.txt}'}\n");

            // When
            Result run = millrace("run", "--verbose", pipeline, "--data", folder.resolve("data"));

            // Then
            assertThat(run.code()).as(key).isNotZero();
            assertThat(run.out() + run.err()).as(key).isNotEmpty().doesNotContain("hush-hush");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
