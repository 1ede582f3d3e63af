package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The tests' own execution provider, built from {@code src/test/cpp} where there is a compiler. */
final class ToyProvider {
    static final String NAME = "Toy";

    private static final Path SOURCE = Path.of("src", "test", "cpp", "toy_provider.cpp");

    private ToyProvider() {}

    /** Builds the library, or skips the test that wants it. */
    static Path build(Path folder) throws IOException, InterruptedException {
        assumeTrue(hasCompiler(), "no g++ here: the plugin provider cannot be built");
        return compile(folder.resolve("libtoy.so"), SOURCE);
    }

    /** A library that is no provider at all. */
    static Path buildOther(Path folder) throws IOException, InterruptedException {
        assumeTrue(hasCompiler(), "no g++ here");
        Path source = Files.writeString(folder.resolve("other.cpp"), "extern \"C\" int other() { return 1; }\n");
        return compile(folder.resolve("libother.so"), source);
    }

    private static boolean hasCompiler() throws InterruptedException {
        try {
            return new ProcessBuilder("g++", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path compile(Path library, Path source) throws IOException, InterruptedException {
        Process compiler = new ProcessBuilder(List.of(
                        "g++",
                        "-std=c++17",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-shared",
                        "-fPIC",
                        "-O1",
                        "-o",
                        library.toString(),
                        source.toString()))
                .redirectErrorStream(true)
                .start();
        String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compiler.waitFor()).as(output).isZero();
        return library.toAbsolutePath();
    }

    static Device device(Path library, Map<String, String> options) {
        return new Device.Plugin(library, NAME, OptionalInt.empty(), options);
    }
}
