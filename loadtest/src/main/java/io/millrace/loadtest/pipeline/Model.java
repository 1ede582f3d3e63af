package io.millrace.loadtest.pipeline;

import io.millrace.loadtest.generate.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The built-in models, what each is fed with, and what it needs of a device's past. All have one output {@code score}. */
public enum Model {
    /** 16 → 32 → 32 → 1, from 16 sensors. */
    MLP16("mlp16", 16, Layout.FIELDS, Past.NONE),
    /** A window of 64 rows of 8 channels that comes in one record, two convolutions, one score. */
    WINDOW64X8("window64x8", 512, Layout.ARRAY, Past.NONE),
    /** 784 → 32 → 32 → 10. */
    IMAGE28X28("image28x28", 784, Layout.ARRAY, Past.NONE),
    /** {@link #MLP16} from 5 of 16 sensors and 11 features of the device's past, of up to 15 events. */
    FEATURES16("mlp16", 16, Layout.FIELDS, Past.FEATURES),
    /** The convolutions of {@link #WINDOW64X8}, over the device's last 64 events: 8 of 16 sensors. */
    PAST64X8("past64x8", 16, Layout.FIELDS, Past.WINDOW),
    /** 16 sensors and a hidden state of 32 numbers → 32 → 1. */
    RECURRENT16("recurrent16", 16, Layout.FIELDS, Past.RECURRENT);

    /** What a row needs of its device's past. */
    public enum Past {
        NONE,
        FEATURES,
        WINDOW,
        RECURRENT
    }

    private static final String FEATURES = "/f0, /f1, /f2, /f3, /f4, {field: /f0, lag: 1}, {field: /f1, lag: 8},"
            + " {field: /f0, delta: 1}, {field: /f1, delta: 4}, {field: /f0, rolling: mean, over: 16},"
            + " {field: /f1, rolling: std, over: 16}, {field: /f2, rolling: min, over: 16},"
            + " {field: /f3, rolling: max, over: 16}, {field: /f0, rolling: slope, over: 16},"
            + " {field: /f1, rolling: rms, over: 16}, {since-last: seconds}";

    private final String file;
    private final int features;
    private final Layout layout;
    private final Past past;

    Model(String file, int features, Layout layout, Past past) {
        this.file = file;
        this.features = features;
        this.layout = layout;
        this.past = past;
    }

    public static Model named(String name) {
        return Arrays.stream(values())
                .filter(model -> model.label().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("pipeline.model must be one of " + labels() + ", got: " + name));
    }

    private static String labels() {
        return Arrays.stream(values()).map(Model::label).collect(Collectors.joining(", "));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Numbers in a record. */
    public int features() {
        return features;
    }

    /** How a record holds them. */
    public Layout layout() {
        return layout;
    }

    /** What a row needs of its device's past. */
    public Past past() {
        return past;
    }

    /** The {@code inputs}, and {@code state} where there is some, of a pipeline.yaml. */
    String inputs() {
        String row = "{features: [" + pointers(features) + "]}";
        return switch (past) {
            case NONE -> "inputs: " + row;
            case FEATURES -> "inputs: {features: [" + FEATURES + "]}";
            case WINDOW -> "inputs: {features: {window: 64, fields: [" + pointers(8) + "]}}";
            case RECURRENT -> "inputs: " + row + "\n  state: {hidden_out: hidden_in}\n  scores: {score: score}";
        };
    }

    private String pointers(int count) {
        return IntStream.range(0, count).mapToObj(layout::pointer).collect(Collectors.joining(", "));
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
        Path target = folder.resolve(label() + ".onnx");
        try (InputStream in = open("")) {
            Files.write(target, in.readAllBytes());
        }
        return target;
    }

    private InputStream open(String suffix) throws IOException {
        String path = "/models/" + file + ".onnx" + suffix;
        InputStream in = Model.class.getResourceAsStream(path);
        if (in == null) {
            throw new IOException("no resource " + path);
        }
        return in;
    }
}
