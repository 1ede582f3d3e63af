package io.millrace.loadtest.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The built-in models, each with one input {@code features: [rows, features]} and one output {@code score}. */
public enum Model {
    /** 16 → 32 → 32 → 1. */
    MLP16(16),
    /** A window of 64 rows of 8 channels, two convolutions, one score. */
    WINDOW64X8(512),
    /** 784 → 32 → 32 → 10. */
    IMAGE28X28(784);

    private final int features;

    Model(int features) {
        this.features = features;
    }

    public static Model named(String name) {
        return Arrays.stream(values())
                .filter(model -> model.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("pipeline.model must be one of "
                        + Arrays.stream(values()).map(Model::label).collect(Collectors.joining(", ")) + ", got: "
                        + name));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public int features() {
        return features;
    }

    /** The SHA-256 of its file, in hexadecimal. */
    public String sha256() {
        try (InputStream in = open(".sha256")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).substring(0, 64);
        } catch (IOException e) {
            throw new IllegalStateException("the model " + label() + " must be readable: " + e.getMessage(), e);
        }
    }

    /** Writes the ONNX file into a folder. */
    public Path extract(Path folder) throws IOException {
        Path file = folder.resolve(label() + ".onnx");
        try (InputStream in = open("")) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    private InputStream open(String suffix) throws IOException {
        String path = "/models/" + label() + ".onnx" + suffix;
        InputStream in = Model.class.getResourceAsStream(path);
        if (in == null) {
            throw new IOException("no resource " + path);
        }
        return in;
    }
}
