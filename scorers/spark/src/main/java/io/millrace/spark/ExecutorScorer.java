package io.millrace.spark;

import io.millrace.scorers.ModelException;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One session of a model in each executor, opened by the first task that needs it and shared by all that follow. It
 * lives as long as the executor's JVM: tasks come and go in milliseconds, a session should not.
 */
final class ExecutorScorer {
    private static final ConcurrentHashMap<String, OnnxScorer> OPEN = new ConcurrentHashMap<>();

    private ExecutorScorer() {}

    /** @param model the ONNX file's bytes, which Spark has brought here */
    static OnnxScorer of(byte[] model, int maxRows) throws ModelException {
        ModelFile file = ModelFile.of("broadcast model", model);
        try {
            return OPEN.computeIfAbsent(file.sha256() + "/" + maxRows, key -> open(file, maxRows));
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof ModelException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static OnnxScorer open(ModelFile file, int maxRows) {
        try {
            return OnnxScorer.open(file, OnnxOptions.defaults().withMaxRows(maxRows));
        } catch (ModelException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many sessions this JVM has open. */
    static int sessions() {
        return OPEN.size();
    }
}
