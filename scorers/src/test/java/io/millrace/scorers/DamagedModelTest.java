package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A damaged model is refused in one line or works; it never takes the process with it. */
class DamagedModelTest {
    private static final int MUTATIONS_PER_MODEL = 100;

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void mutatedAndTruncatedModelsAreRefusedOrWork() throws Exception {
        int refused = 0;
        for (String model : List.of("mlp", "several-inputs", "recurrent")) {
            byte[] whole = Models.file(model).bytes();
            for (int seed = 0; seed < MUTATIONS_PER_MODEL; seed++) {
                ModelFile damaged = ModelFile.of(model + " #" + seed, damaged(whole, new SplittableRandom(seed)));
                try (OnnxScorer scorer = OnnxScorer.open(damaged, new OnnxOptions(4, 1));
                        Batch batch = scorer.newBatch()) {
                    scorer.score(batch, 3);
                } catch (ModelException e) {
                    refused++;
                    assertThat(e)
                            .hasMessageStartingWith("model " + damaged.name())
                            .hasMessageNotContaining("\n");
                }
            }
        }
        assertThat(refused).isBetween(MUTATIONS_PER_MODEL, 3 * MUTATIONS_PER_MODEL - 1);
    }

    private static byte[] damaged(byte[] whole, SplittableRandom random) {
        byte[] result = whole.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                return Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1));
            }
            case 1 -> result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                for (int i = 0; i < 8; i++) {
                    result[random.nextInt(result.length)] = (byte) random.nextInt(256);
                }
            }
            default -> {
                // The head: names, shapes and attributes rather than weights.
                int start = result.length - Math.min(result.length, 300);
                result[start + random.nextInt(result.length - start)] = (byte) random.nextInt(256);
            }
        }
        return result;
    }

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
