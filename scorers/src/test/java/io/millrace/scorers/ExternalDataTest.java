package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that lie beside the model, in {@code weights.bin}: they stay in the model's folder, and are whole. */
class ExternalDataTest {
    private static final String LOCATION = "weights.bin";

    private final Path folder;
    private final Path model;

    ExternalDataTest(@TempDir Path folder) throws IOException {
        this.folder = Files.createDirectory(folder.resolve("models"));
        model = Files.copy(Models.path("external"), this.folder.resolve("external.onnx"));
        Files.copy(Models.path("external").resolveSibling(LOCATION), this.folder.resolve(LOCATION));
    }

    /** Makes the model name another file, of a name as long. */
    private void pointTo(String other) throws IOException {
        assertThat(other).hasSameSizeAs(LOCATION);
        byte[] bytes = Files.readAllBytes(model);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Files.write(model, text.replace(LOCATION, other).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aModelWithItsWeightsBesideItScores() throws Exception {
        Golden golden = Golden.of("external");
        try (OnnxScorer scorer = OnnxScorer.open(ModelFile.read(model), new OnnxOptions(8, 1));
                Batch batch = scorer.newBatch()) {
            for (int row = 0; row < golden.rows(); row++) {
                golden.fill(batch, row, row);
            }
            scorer.score(batch, golden.rows());

            assertThat(FrontEnd.largestDifference(golden, scorer.contract(), batch, golden.rows()))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void theDigestCoversTheWeights() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(Files.readAllBytes(model));
        digest.update(Files.readAllBytes(folder.resolve(LOCATION)));
        ModelFile whole = ModelFile.read(model);
        assertThat(whole.sha256()).isEqualTo(HexFormat.of().formatHex(digest.digest()));

        // When one weight changes
        byte[] weights = Files.readAllBytes(folder.resolve(LOCATION));
        weights[5] ^= 1;
        Files.write(folder.resolve(LOCATION), weights);

        // Then the pin does not hold
        assertThatThrownBy(() -> ModelFile.read(model).requireSha256(whole.sha256()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("as pinned");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.x", "/etc/passwd", "a/../../s.x"})
    void weightsOutsideTheFolderAreRefused(String location) throws Exception {
        Files.write(folder.resolveSibling("secret.x"), new byte[4096]);
        pointTo(location);

        assertThatThrownBy(() -> ModelFile.read(model))
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + model + ": the weights 'w1' must lie in the model's folder, got: " + location);
    }

    @Test
    void aLinkThatLeavesTheFolderIsRefused() throws Exception {
        Path outside = Files.move(folder.resolve(LOCATION), folder.resolveSibling("outside.bin"));
        Files.createSymbolicLink(folder.resolve(LOCATION), outside);

        assertThatThrownBy(() -> ModelFile.read(model))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("must lie in the model's folder");
    }

    @Test
    void missingAndTruncatedWeightsAreRefused() throws Exception {
        byte[] weights = Files.readAllBytes(folder.resolve(LOCATION));
        Files.write(folder.resolve(LOCATION), Arrays.copyOf(weights, weights.length - 1));
        assertThatThrownBy(() -> ModelFile.read(model))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("must be whole, got: ");

        Files.delete(folder.resolve(LOCATION));
        assertThatThrownBy(() -> ModelFile.read(model))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("the weights 'w1' cannot be read from weights.bin: ");
    }

    @Test
    void theSizeLimitCoversTheWeights() throws Exception {
        long modelBytes = Files.size(model);

        assertThatThrownBy(() -> ModelFile.read(model, modelBytes + 10))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("must have at most 10 bytes in their file, got: ");
    }

    @Test
    void aModelWithoutItsFolderIsRefused() throws Exception {
        byte[] bytes = Files.readAllBytes(model);

        assertThatThrownBy(() -> ModelFile.of("external", bytes))
                .isInstanceOf(ModelException.class)
                .hasMessage("model external has weights in files beside it, but came without its folder");
    }
}
