package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.millrace.scorers.InferenceServer.Mode;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that scores, over a real connection. */
class RemoteDeviceTest {
    private static final String QUICK = "?deadline=2s&patience=1m";
    private static final String IMPATIENT = "?deadline=300ms&patience=1ms";

    @SuppressWarnings("NullAway.Init")
    private InferenceServer server;

    @BeforeEach
    void start() throws Exception {
        server = InferenceServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private OnnxOptions options(String query, boolean require) {
        Device device = Device.parse("remote:grpc://127.0.0.1:" + server.port() + "/mlp" + query);
        return OnnxOptions.defaults().withMaxRows(8).withDevice(device, require);
    }

    private OnnxScorer open(String query, boolean require) throws ModelException {
        return OnnxScorer.open(Models.file("mlp"), options(query, require));
    }

    private static void assertGolden(OnnxScorer scorer, Batch batch) throws Exception {
        Golden golden = Golden.of("mlp");
        for (int row = 0; row < golden.rows(); row++) {
            golden.fill(batch, row, row);
        }
        scorer.score(batch, golden.rows());
        double[][] expected = golden.outputs().values().iterator().next().numbers();
        for (int row = 0; row < golden.rows(); row++) {
            assertThat(batch.output(0).get(row, 0)).isCloseTo(expected[row][0], within(1e-5));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WELL", "TYPED"})
    void scoresThereWithTheSameResults(Mode mode) throws Exception {
        server.behave(mode);
        try (OnnxScorer scorer = open(QUICK, true);
                Batch batch = scorer.newBatch()) {
            assertGolden(scorer, batch);

            assertThat(batch.provider()).isEqualTo("remote");
            assertThat(scorer.device().deviation().orElseThrow()).isZero();
        }
    }

    @Test
    void aModelThatOnlyTheServerHasIsScoredAsTheServerDescribesIt() throws Exception {
        try (OnnxScorer scorer = OnnxScorer.openRemote("pump", options(QUICK, true));
                Batch batch = scorer.newBatch()) {
            assertThat(scorer.contract().inputs())
                    .extracting(TensorSpec::toString)
                    .containsExactly("features: float[?, 16]");
            assertThat(scorer.contract().outputs())
                    .extracting(TensorSpec::toString)
                    .containsExactly("score: float[?, 1]");
            assertThat(scorer.contract().sha256()).isEmpty();
            assertGolden(scorer, batch);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NOT_READY    | the model must be ready, but the server says it is not
            OTHER_MODEL  | the server's model must have input features: float[?, 16], it has: [pixels]
            UNAVAILABLE  | does not score: UNAVAILABLE: away
            SILENT       | does not score: DEADLINE_EXCEEDED
            BROKEN       | does not score: INTERNAL: out of order
            REFUSING     | does not score: INVALID_ARGUMENT: no
            WRONG_SHAPE  | output 'score' must be FP32[1, 1], got: FP32[1, 2]
            TOO_SHORT    | output 'score' must have 4 bytes, got: 0
            NO_OUTPUT    | there is no output 'score', got: []
            NOT_A_NUMBER | golden rows must have the CPU's results within a tolerance of 0.001, got: NaN
            """)
    void aServerThatDoesNotDoItsWorkIsRefusedAtOnceWhereItIsRequired(Mode mode, String why) throws Exception {
        server.behave(mode);

        assertThatThrownBy(() -> open("?deadline=300ms&patience=1m", true))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("must run on remote:grpc://127.0.0.1:")
                .hasMessageContaining(why);

        try (OnnxScorer scorer = open("?deadline=300ms&patience=1m", false);
                Batch batch = scorer.newBatch()) {
            assertGolden(scorer, batch);
            assertThat(batch.provider()).isEqualTo("CPU");
            assertThat(scorer.device().fallback().orElseThrow()).contains(why);
        }
    }

    @Test
    void aServerThatDoesNotDescribeItsModelNeedsTheFileHere() throws Exception {
        server.behave(Mode.UNDESCRIBED);

        assertThatThrownBy(() -> OnnxScorer.openRemote("pump", options(QUICK, true)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("the server must describe the model's inputs and outputs, or uri must name");
        open(QUICK, true).close();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "BROKEN", "REFUSING"})
    void failuresThatPassAreTriedAgain(Mode mode) throws Exception {
        try (OnnxScorer scorer = open(QUICK, true);
                Batch batch = scorer.newBatch()) {
            int before = server.calls();
            server.behave(mode, 2);

            assertGolden(scorer, batch);

            assertThat(batch.provider()).isEqualTo("remote");
            assertThat(server.calls()).isGreaterThanOrEqualTo(before + 3);
            assertThat(scorer.deviceFaults()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "SILENT", "BROKEN", "REFUSING", "WRONG_SHAPE", "TOO_SHORT", "NO_OUTPUT"})
    void whateverAServerDoesNoRowIsBlamedForIt(Mode mode) throws Exception {
        try (OnnxScorer scorer = open(IMPATIENT, true);
                Batch batch = scorer.newBatch()) {
            server.behave(mode);

            assertThatThrownBy(() -> assertGolden(scorer, batch))
                    .isInstanceOfSatisfying(
                            DeviceException.class, e -> assertThat(e.isOutage()).isTrue());
            assertThat(scorer.deviceFaults()).isEqualTo(1);

            server.behave(Mode.WELL);
            assertGolden(scorer, batch);
        }
    }

    @Test
    void aRowThatTheServerRefusesIsBlamedOnceTheServerHasShownThatItWorks() throws Exception {
        try (OnnxScorer scorer = open(QUICK, true);
                Batch batch = scorer.newBatch()) {
            Golden.of("mlp").fill(batch, 0, 0);
            batch.input(0).set(0, 0, InferenceServer.BAD);

            assertThatThrownBy(() -> scorer.score(batch, 1))
                    .isInstanceOf(ScoringException.class)
                    .hasMessage("INVALID_ARGUMENT: a row begins with 99");
            assertThat(scorer.deviceFaults()).isZero();
            assertGolden(scorer, batch);
        }
    }

    @Test
    void theCpuTakesOverWhereTheServerIsNotRequired() throws Exception {
        try (OnnxScorer scorer = open("?deadline=300ms&patience=1m", false);
                Batch batch = scorer.newBatch()) {
            server.behave(Mode.UNAVAILABLE);

            assertGolden(scorer, batch);

            assertThat(batch.provider()).isEqualTo("CPU");
            assertThat(scorer.deviceFaults()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatIsRestartedIsFoundAgain() throws Exception {
        try (OnnxScorer scorer = open(QUICK, true);
                Batch batch = scorer.newBatch()) {
            assertGolden(scorer, batch);
            int port = server.port();
            server.close();
            Thread restart = new Thread(() -> {
                try {
                    server = InferenceServer.start(InsecureServerCredentials.create(), port);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });

            restart.start();
            assertGolden(scorer, batch);
            restart.join();

            assertThat(server.calls()).isPositive();
        }
    }

    @Test
    void waitingForAServerEndsWhenTheThreadIsInterrupted() throws Exception {
        try (OnnxScorer scorer = open(QUICK, true);
                Batch batch = scorer.newBatch()) {
            server.behave(Mode.UNAVAILABLE);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> assertGolden(scorer, batch)).isInstanceOf(DeviceException.class);

            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void speaksTlsAndChecksWhoTheServerIs(@TempDir Path folder) throws Exception {
        Identity host = identity(folder, "server");
        try (InferenceServer secure =
                InferenceServer.start(TlsServerCredentials.create(host.certificate(), host.key()), 0)) {
            String address = "remote:grpcs://127.0.0.1:" + secure.port() + "/mlp?deadline=5s";

            assertGolden(address + "&ca=" + host.certificate());
            assertRefused(address);
        }
    }

    @Test
    void showsItsOwnCertificateToAServerThatWantsToKnowWhoAsks(@TempDir Path folder) throws Exception {
        Identity host = identity(folder, "server");
        Identity known = identity(folder, "known");
        Identity stranger = identity(folder, "stranger");
        ServerCredentials mutual = TlsServerCredentials.newBuilder()
                .keyManager(host.certificate(), host.key())
                .trustManager(known.certificate())
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
        try (InferenceServer secure = InferenceServer.start(mutual, 0)) {
            String address = "remote:grpcs://127.0.0.1:" + secure.port() + "/mlp?deadline=5s&ca=" + host.certificate();

            assertGolden(address + "&cert=" + known.certificate() + "&key=" + known.key());
            assertRefused(address);
            assertRefused(address + "&cert=" + stranger.certificate() + "&key=" + stranger.key());
        }
    }

    private static void assertGolden(String address) throws Exception {
        OnnxOptions options = OnnxOptions.defaults().withMaxRows(8).withDevice(Device.parse(address), true);
        try (OnnxScorer scorer = OnnxScorer.open(Models.file("mlp"), options);
                Batch batch = scorer.newBatch()) {
            assertGolden(scorer, batch);
        }
    }

    private static void assertRefused(String address) {
        OnnxOptions options = OnnxOptions.defaults().withDevice(Device.parse(address), true);
        assertThatThrownBy(() -> OnnxScorer.open(Models.file("mlp"), options))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("the server does not answer as it should: UNAVAILABLE");
    }

    /** A certificate that vouches for itself, and its key; PEM files. */
    private record Identity(File certificate, File key) {}

    private static Identity identity(Path folder, String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        String command = "-genkeypair -alias me -keyalg EC -storetype PKCS12 -storepass secret -dname CN=" + name
                + " -ext san=ip:127.0.0.1 -validity 2 -keystore";
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.add(0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        words.add(store.toString());
        Process keytool = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        Path key = pem(
                folder.resolve(name + ".key"),
                "PRIVATE KEY",
                keys.getKey("me", "secret".toCharArray()).getEncoded());
        Path certificate = pem(
                folder.resolve(name + ".pem"),
                "CERTIFICATE",
                keys.getCertificate("me").getEncoded());
        return new Identity(certificate.toFile(), key.toFile());
    }

    private static Path pem(Path file, String kind, byte[] bytes) throws Exception {
        return Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + kind
                        + "-----\n");
    }
}
