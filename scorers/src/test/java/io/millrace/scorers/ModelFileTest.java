package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {
    private static final String SHA_256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private final Path folder;

    ModelFileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void aFileIsReadWithItsDigest() throws Exception {
        ModelFile file = ModelFile.read(write("pump.onnx", "abc"));

        assertThat(file.sha256()).isEqualTo(SHA_256_OF_ABC);
        assertThat(file.size()).isEqualTo(3);
        assertThat(file.bytes()).containsExactly('a', 'b', 'c');
        assertThat(file.name()).isEqualTo(folder.resolve("pump.onnx").toString());
        assertThat(file.baseName()).isEqualTo("pump");
        assertThat(ModelFile.of("C:\\models\\pump.v2", new byte[1]).baseName()).isEqualTo("pump.v2");
    }

    @Test
    void thePinIsHeldInEitherCase() throws Exception {
        ModelFile file = ModelFile.read(write("pump.onnx", "abc"));

        assertThat(file.requireSha256(SHA_256_OF_ABC)).isSameAs(file);
        assertThat(file.requireSha256(SHA_256_OF_ABC.toUpperCase(Locale.ROOT))).isSameAs(file);
    }

    @Test
    void anotherFileThanThePinnedOneIsRefused() throws Exception {
        ModelFile file = ModelFile.read(write("pump.onnx", "abd"));

        assertThatThrownBy(() -> file.requireSha256(SHA_256_OF_ABC))
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + file.name() + " must have sha256 " + SHA_256_OF_ABC + " as pinned, got: "
                        + file.sha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9f2c", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})
    void aPinThatIsNoDigestIsRefused(String pin) throws Exception {
        ModelFile file = ModelFile.read(write("pump.onnx", "abc"));

        assertThatThrownBy(() -> file.requireSha256(pin))
                .isInstanceOf(ModelException.class)
                .hasMessage("the sha256 pin of model " + file.name() + " must be 64 hexadecimal digits, got: " + pin);
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        Path missing = folder.resolve("missing.onnx");
        Path empty = write("empty.onnx", "");

        assertThatThrownBy(() -> ModelFile.read(missing))
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + missing + " does not exist");
        assertThatThrownBy(() -> ModelFile.read(folder))
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + folder + " must be a regular file, got: a directory");
        assertThatThrownBy(() -> ModelFile.read(empty))
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + empty + " is empty");
    }

    @Test
    void aSpecialFileIsRefused() {
        Path zero = Path.of("/dev/zero");
        Assumptions.assumeTrue(Files.exists(zero));

        assertThatThrownBy(() -> ModelFile.read(zero))
                .isInstanceOf(ModelException.class)
                .hasMessage("model /dev/zero must be a regular file, got: a special file");
    }

    @Test
    void anUnreadableFileIsRefused() throws IOException {
        Path secret = write("secret.onnx", "abc");
        Assumptions.assumeTrue(Files.getFileStore(secret).supportsFileAttributeView("posix"));
        Files.setPosixFilePermissions(secret, Set.of());
        Assumptions.assumeFalse(Files.isReadable(secret), "the superuser may read everything");

        assertThatThrownBy(() -> ModelFile.read(secret))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model " + secret + " cannot be read");
    }

    @Test
    void theSizeLimitIsHeld() throws Exception {
        Path three = write("three.onnx", "abc");

        assertThat(ModelFile.read(three, 3).size()).isEqualTo(3);
        assertThatThrownBy(() -> ModelFile.read(three, 2))
                .isInstanceOf(ModelException.class)
                .hasMessage("model " + three + " must have at most 2 bytes, got: 3");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, ModelFile.DEFAULT_MAX_BYTES + 1})
    void theLimitItselfHasLimits(long limit) {
        assertThatThrownBy(() -> ModelFile.read(folder, limit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes must be between 1 and 2147483639, got: " + limit);
    }
}
