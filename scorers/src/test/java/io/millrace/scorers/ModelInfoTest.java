package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelInfoTest {
    @Test
    void theHeadIsRead() throws Exception {
        ModelFile file = Models.file("mlp");

        ModelInfo info = ModelInfo.of(file);

        assertThat(info.irVersion()).isEqualTo(8);
        assertThat(info.opsets()).containsOnly(java.util.Map.entry("ai.onnx", 17L));
        assertThat(info.producer()).isEqualTo("millrace-tests 1");
        assertThat(info.graphName()).isEqualTo("mlp");
        assertThat(info.modelVersion()).isEqualTo(3);
        assertThat(info.metadata())
                .hasSize(2)
                .containsEntry("author", "millrace")
                .containsEntry("threshold", "0.25");
        assertThat(info.sizeBytes()).isEqualTo(file.size());
        assertThat(info.sha256()).isEqualTo(file.sha256());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mlp            | [features: float[rows, 16]]                            | [score: float[rows, 1]]
            recurrent      | [features: float[rows, 3], hidden_in: float[1, rows, 4]] | [score: float[rows, 1], hidden_out: float[1, rows, 4]]
            no-batch-axis  | [features: float[6]]                                   | [score: float[2]]
            open-row-shape | [features: float[rows, 3]]                             | [score: float[rows, classes]]
            string-input   | [state: string[rows, 1]]                               | [code: int64[rows, 1]]
            zipmap-output  | [features: float[rows, 3]]                             | [probabilities: sequence(map(int64, float[…]))]
            float16-input  | [features: float16[rows, 3]]                           | [score: float16[rows, 3]]
            """)
    void inputsAndOutputsAreDescribedEvenOfModelsThatAreRefused(String model, String inputs, String outputs)
            throws Exception {
        ModelInfo info = ModelInfo.of(Models.file(model));

        assertThat(info.inputs()).hasToString(inputs);
        assertThat(info.outputs()).hasToString(outputs);
    }

    @Test
    void operatorSetsOfSeveralDomainsAreTold() throws Exception {
        assertThat(ModelInfo.of(Models.file("string-input")).opsets())
                .containsEntry("ai.onnx", 17L)
                .containsEntry("ai.onnx.ml", 3L);
    }

    @Test
    void whatIsNoModelIsRefused() throws Exception {
        ModelFile text = ModelFile.of("notes.onnx", "hello, I am no model\n".getBytes(StandardCharsets.UTF_8));
        ModelFile zeros = ModelFile.of("zeros.onnx", new byte[100]);
        ModelFile noGraph = ModelFile.of("none.onnx", new byte[] {8, 8});

        assertThatThrownBy(() -> ModelInfo.of(text))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model notes.onnx is not an ONNX file");
        assertThatThrownBy(() -> ModelInfo.of(zeros))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model zeros.onnx is not an ONNX file, or is damaged");
        assertThatThrownBy(() -> ModelInfo.of(noGraph))
                .isInstanceOf(ModelException.class)
                .hasMessage("model none.onnx is not an ONNX file: it has no graph");
    }

    @Test
    void everyTruncationIsRefusedOrRead() throws Exception {
        byte[] whole = Models.file("window").bytes();
        int refused = 0;
        for (int length = 1; length < whole.length; length++) {
            try {
                ModelInfo.of(ModelFile.of("cut", Arrays.copyOf(whole, length)));
            } catch (ModelException e) {
                refused++;
            }
        }
        // Cut between two fields of the model itself a message is whole again, as protobuf goes.
        assertThat(refused).isGreaterThan(whole.length * 9 / 10);
    }

    @Test
    void typesNestedWithoutEndAreRefused() throws Exception {
        // Given sequence(sequence(sequence(…))), 40 deep: far less than what overflows a stack, more than any model has
        byte[] type = {};
        for (int i = 0; i < 40; i++) {
            type = field(4, field(1, type));
        }
        ModelFile file = ModelFile.of("deep", field(7, field(11, field(2, type))));

        assertThatThrownBy(() -> ModelInfo.of(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("types are nested more than 16 deep");
    }

    private static byte[] field(int number, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(number, content);
        out.flush();
        return bytes.toByteArray();
    }
}
