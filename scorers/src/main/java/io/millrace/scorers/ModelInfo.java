package io.millrace.scorers;

import java.util.List;
import java.util.Map;

/**
 * What an ONNX file says about itself. It is read from the file alone, so it also describes models that no
 * {@link Scorer} takes.
 *
 * @param inputs what the graph asks for, without the weights that old files list among the inputs
 * @param outputs what the graph gives, as declared; often less exact than what it really gives
 * @param irVersion the version of the file format
 * @param opsets operator set versions by domain; ONNX's own domain is {@code ai.onnx}
 * @param producer the exporter and its version, as {@code pytorch 2.9.0}; empty if it does not say
 * @param graphName the graph's name
 * @param modelVersion the model's own version, 0 if it has none
 * @param metadata the model's own key-value metadata
 * @param texts the texts that an input's encoders know, by the input's name and in order; inputs of text whose encoders
 *     are not known are left out
 * @param sizeBytes size of the file in bytes
 * @param sha256 SHA-256 of the file, 64 lower-case hexadecimal digits
 */
public record ModelInfo(
        List<Value> inputs,
        List<Value> outputs,
        long irVersion,
        Map<String, Long> opsets,
        String producer,
        String graphName,
        long modelVersion,
        Map<String, String> metadata,
        Map<String, List<String>> texts,
        long sizeBytes,
        String sha256) {

    /**
     * An input or output.
     *
     * @param name the name in the graph
     * @param type type and shape as a person writes them, with the model's own names for open dimensions:
     *     {@code float[rows, 16]}, {@code string[?, 1]}, {@code sequence(map(int64, float))}
     */
    public record Value(String name, String type) {
        @Override
        public String toString() {
            return name + ": " + type;
        }
    }

    public ModelInfo {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        opsets = Map.copyOf(opsets);
        metadata = Map.copyOf(metadata);
        texts = Map.copyOf(texts);
    }

    /**
     * Reads what the file says; does not start ONNX Runtime.
     *
     * @throws ModelException if the file is not an ONNX model
     */
    public static ModelInfo of(ModelFile file) throws ModelException {
        return ModelInfoReader.read(file);
    }
}
