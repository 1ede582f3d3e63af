package io.millrace.loadtest.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Objects;

/** One kind of pipeline under one guarantee. */
record Variant(Kind kind, Guarantee guarantee) {

    /** What the model sees of a device's past; each has a model of its own, which answers with what it was given. */
    enum Kind {
        /** Nothing. */
        STATELESS,
        /** Lags, deltas, rolling statistics, time since the last event, a window. */
        STATEFUL,
        /** Its own hidden state. */
        RECURRENT
    }

    /** As in pipeline.yaml. */
    enum Guarantee {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }

    private static final String STATELESS_MODEL = """
              inputs:
                features: [/x, /y]
              scores:
                s0: {output: echo_features, index: 0}
                s1: {output: echo_features, index: 1}
            """;
    private static final String STATEFUL_MODEL = """
              inputs:
                features:
                  - /x
                  - /y
                  - {field: /x, lag: 3}
                  - {field: /x, delta: 2}
                  - {field: /x, rolling: mean, over: 5}
                  - {field: /x, rolling: std, over: 8}
                  - {field: /y, rolling: min, over: 7}
                  - {field: /y, rolling: max, over: 6}
                  - {field: /y, rolling: slope, over: 8}
                  - {field: /x, rolling: rms, over: 4}
                  - {since-last: seconds}
                window: {window: 4, fields: [/x, /y]}
            """
            + scores("echo_features", 0, Reference.FEATURES)
            + scores("echo_window", Reference.FEATURES, 2 * Reference.WINDOW).replace("  scores:\n", "");
    private static final String RECURRENT_MODEL = """
              inputs:
                features: [/x, /y]
              state: {hidden_out: hidden_in}
              scores:
                s0: {output: score, index: 0}
                s1: {output: score, index: 1}
            """;

    String id() {
        return (kind + "-" + guarantee).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean exactlyOnce() {
        return guarantee == Guarantee.EXACTLY_ONCE;
    }

    /** Whether its tasks read news of devices beside the telemetry. */
    boolean hasRegistry() {
        return kind != Kind.STATELESS;
    }

    /** A topic of this variant's own. */
    String topic(String role) {
        return id() + "-" + role;
    }

    /** Writes the pipeline and its model into a folder. Returns the pipeline's file. */
    Path write(Path folder, String bootstrap, CrashOptions options) throws IOException {
        String model = kind.name().toLowerCase(Locale.ROOT) + ".onnx";
        try (InputStream in = Objects.requireNonNull(
                Variant.class.getResourceAsStream("/crash/" + model),
                "/crash/" + model + " is not on the class path")) {
            Files.copy(in, folder.resolve(model), StandardCopyOption.REPLACE_EXISTING);
        }
        String yaml = """
                pipeline: %s
                source: {topic: %s, time: /ts}
                model:
                  uri: file:%s
                %sbatch: {rows: 64}
                alerts:
                  - {name: high, when: s0 > %s, for: %d of %d, clear: s0 < %s, severity: critical}
                alerting: {catch-up: 36500d}
                topics: {predictions: %s, alerts: %s, dead-letters: %s}
                %s
                guarantee: %s
                state: {store: %s}
                kafka:
                  bootstrap.servers: %s
                %s""".formatted(
                        id(),
                        topic("telemetry"),
                        model,
                        model(),
                        Reference.RAISE_ABOVE,
                        Reference.HITS,
                        Reference.OF,
                        Reference.CLEAR_BELOW,
                        topic("predictions"),
                        topic("alerts"),
                        topic("dead-letters"),
                        hasRegistry() ? registry() : "",
                        guarantee.name().toLowerCase(Locale.ROOT),
                        options.store().name().toLowerCase(Locale.ROOT),
                        bootstrap,
                        Timeouts.pipeline(this, options.protocol()));
        Path file = folder.resolve("pipeline.yaml");
        Files.write(file, yaml.getBytes(UTF_8));
        return file;
    }

    private String registry() {
        return "registry: {twins: %s, retired: %s, properties: {site: /site}}"
                .formatted(topic("twins"), topic("retired"));
    }

    private String model() {
        return switch (kind) {
            case STATELESS -> STATELESS_MODEL;
            case STATEFUL -> STATEFUL_MODEL;
            case RECURRENT -> RECURRENT_MODEL;
        };
    }

    private static String scores(String output, int from, int count) {
        StringBuilder yaml = new StringBuilder("  scores:\n");
        for (int i = 0; i < count; i++) {
            yaml.append("    s").append(from + i).append(": {output: ").append(output);
            yaml.append(", index: ").append(i).append("}\n");
        }
        return yaml.toString();
    }
}
