package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime for the CPU and for the GPU have the same classes; each case has a process of its own. */
class OneRuntimeTest {
    private static final String MARK = "ai/onnxruntime/OrtEnvironment.class";

    @Test
    void oneRuntimeStarts() throws Exception {
        assertThat(start(System.getProperty("java.class.path"))).isEqualTo("started");
    }

    @Test
    void bothRuntimesOnTheClassPathAreRefused(@TempDir Path other) throws Exception {
        Path copy = other.resolve(MARK);
        Files.createDirectories(copy.getParent());
        try (InputStream original = OneRuntimeTest.class.getClassLoader().getResourceAsStream(MARK)) {
            assertThat(original).isNotNull();
            Files.copy(original, copy);
        }

        assertThat(start(other + File.pathSeparator + System.getProperty("java.class.path")))
                .startsWith("ONNX Runtime cannot be started on this machine: "
                        + "onnxruntime and onnxruntime_gpu must not both be on the class path, got: [file:" + copy);
    }

    private static String start(String classPath) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        Start.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    static final class Start {
        private Start() {}

        public static void main(String[] args) {
            try {
                OnnxRuntime.initialise();
                System.out.println("started");
            } catch (ModelException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
