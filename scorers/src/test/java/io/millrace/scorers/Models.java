package io.millrace.scorers;

import java.nio.file.Path;

/** The models that {@code src/test/python/make_models.py} wrote. */
final class Models {
    private static final Path FOLDER = Path.of("src", "test", "resources", "models");

    private Models() {}

    static Path path(String name) {
        return FOLDER.resolve(name + ".onnx");
    }

    static Path golden(String name) {
        return FOLDER.resolve(name + ".golden.txt");
    }

    static ModelFile file(String name) throws ModelException {
        return ModelFile.read(path(name));
    }

    static OnnxScorer open(String name, int maxRows) throws ModelException {
        return OnnxScorer.open(file(name), OnnxOptions.defaults().withMaxRows(maxRows));
    }
}
