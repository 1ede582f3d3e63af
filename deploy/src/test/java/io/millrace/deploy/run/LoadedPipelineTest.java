package io.millrace.deploy.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.config.PipelineReader;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedPipelineTest {
    private static final Path MODEL =
            Path.of("../scorers/src/test/resources/models/open-sequence.onnx").toAbsolutePath();

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 50})
    void theWindowTellsTheLengthOfASequenceThatTheModelLeavesOpen(int events) throws Exception {
        String yaml = """
                pipeline: pumps
                source: {topic: pumps}
                model:
                  uri: %s
                  inputs: {window: {window: %d, fields: [/a, /b, /c]}}
                """.formatted(MODEL, events);

        try (LoadedPipeline loaded = LoadedPipeline.load(PipelineReader.read("pumps", yaml, variable -> null))) {
            assertThat(loaded.scorer().contract().inputs())
                    .extracting(Object::toString)
                    .containsExactly("window: float[?, " + events + ", 3]");
        }
    }
}
