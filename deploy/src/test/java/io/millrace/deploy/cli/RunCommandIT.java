package io.millrace.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.deploy.run.PipelineRig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code run} says where a broker is needed to find out. */
class RunCommandIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    @Timeout(120)
    void aStateFolderThatCannotBeHadIsNamed() throws Exception {
        try (PipelineRig rig = PipelineRig.start(folder)) {
            // Given a file where the folder should be: root may write anywhere
            Path file = Files.writeString(folder.resolve("in-the-way"), "");
            Path model =
                    Path.of("src/main/resources/demo/pump-autoencoder.onnx").toAbsolutePath();
            Path pipeline = Files.writeString(folder.resolve("pipeline.yaml"), """
                    pipeline: pumps
                    model:
                      uri: file:%s
                      inputs: {features: [{field: /a, lag: 1}, /a, /a, /a, /a, /a, /a, /a]}
                    kafka: {bootstrap.servers: '%s'}
                    state: {dir: %s, store: disk}
                    """.formatted(
                            model, rig.bootstrapServers(), file.resolve("state")));

            // When
            Shell.Result run = Shell.millrace("run", pipeline);

            // Then
            assertThat(run.code()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(run.err())
                    .isEqualToIgnoringNewLines("state.dir must be a folder that can be written and that no other"
                            + " process uses, got: " + file.resolve("state"));
        }
    }
}
