package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is said of a damaged model; {@link ModelFuzzTest} damages many. */
class DamagedModelTest {
    @Test
    void aTruncatedModelIsRefusedInOneLine() throws Exception {
        byte[] whole = Models.file("mlp").bytes();

        assertThatThrownBy(() -> OnnxScorer.open(
                        ModelFile.of("cut.onnx", Arrays.copyOf(whole, whole.length / 2)), OnnxOptions.defaults()))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model cut.onnx is not an ONNX file, or is damaged: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aModelThatOnnxRuntimeRefusesIsRefusedInItsWords() throws Exception {
        // Given a graph whose operator is called Gemn
        byte[] bytes = Models.file("fixed-batch-4").bytes().clone();
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("Gemm");
        bytes[at + 3] = 'n';

        assertThatThrownBy(() -> OnnxScorer.open(ModelFile.of("odd.onnx", bytes), OnnxOptions.defaults()))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model odd.onnx cannot be loaded: ")
                .hasMessageContaining("Gemn")
                .hasMessageNotContaining("\n");
    }
}
