package io.millrace.topology.config;

import io.millrace.scorers.Device;
import io.millrace.topology.config.Feature.Statistic;
import io.millrace.topology.config.Feature.Unit;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the {@code model} section. */
final class ModelReader {
    private static final List<String> FIELD_FEATURES = List.of("lag", "delta", "rolling", "vocabulary");

    private static final Rule<Device> DEVICE = text -> {
        try {
            return Device.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Violation(String.valueOf(e.getMessage()));
        }
    };

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);

    private ModelReader() {}

    static Optional<ModelConfig> read(Section model, Path folder) {
        return model.build(() -> {
            DeviceConfig runs = runs(model);
            Optional<Path> file = runs.device() instanceof Device.Remote && !model.has("uri")
                    ? Optional.empty()
                    : Optional.of(model.require("uri", modelFile(folder), Path.of("model.onnx")));
            return new ModelConfig(
                    model.get("name", Rules.LABEL, nameOf(file, runs.device())),
                    model.optional("version", Rules.LABEL),
                    file,
                    model.optional("sha256", Rules.SHA256),
                    runs,
                    inputs(model.section("inputs")),
                    scores(model.section("scores")),
                    state(model.section("state")));
        });
    }

    private static DeviceConfig runs(Section model) {
        DeviceConfig standard = DeviceConfig.DEFAULT;
        return new DeviceConfig(
                model.get("device", DEVICE, standard.device()),
                model.get("require", Rules.FLAG, standard.require()),
                model.get("tolerance", DeviceConfig.TOLERANCE, standard.tolerance()),
                model.get("threads", DeviceConfig.THREADS, standard.threads()),
                model.get("spinning", Rules.FLAG, standard.spinning()));
    }

    private static Rule<Path> modelFile(Path folder) {
        return text -> {
            Matcher uri = SCHEME.matcher(text);
            if (!uri.matches()) {
                return Rules.path(folder).read(text);
            }
            return switch (uri.group(1)) {
                case "file" -> Rules.path(folder).read(uri.group(2).replaceFirst("^//(?=/)", ""));
                case "https", "azureblob", "mlflow" ->
                    throw new Violation("must be a file: " + uri.group(1) + ": is not supported yet");
                default -> throw new Violation("must be a path or begin with file:");
            };
        };
    }

    private static String nameOf(Optional<Path> file, Device device) {
        return file.map(path -> String.valueOf(path.getFileName()).replaceFirst("\\.onnx$", ""))
                .orElseGet(() -> device instanceof Device.Remote remote ? remote.model() : "model");
    }

    private static Map<String, InputMapping> inputs(Section inputs) {
        Map<String, InputMapping> mappings = new LinkedHashMap<>();
        inputs.all().forEach((name, value) -> input(value).ifPresent(mapping -> mappings.put(name, mapping)));
        return mappings;
    }

    private static Optional<InputMapping> input(Value input) {
        if (input.isScalar()) {
            input.report("must be a list of features or a window, got: a single value");
            return Optional.empty();
        }
        if (!input.isList()) {
            Section window = input.section();
            return window.build(() -> new InputMapping.Window(
                    window.require("window", Rules.EVENTS, 1), fields(window.value("fields"), window)));
        }
        List<Value> elements = input.list();
        if (elements.isEmpty()) {
            input.report("must have at least one feature");
        }
        return Optional.of(new InputMapping.Row(
                elements.stream().flatMap(element -> feature(element).stream()).collect(Collectors.toList())));
    }

    private static List<String> fields(Optional<Value> fields, Section window) {
        List<Value> elements = fields.map(Value::list).orElse(List.of());
        if (elements.isEmpty()) {
            window.report("fields", "must have at least one field");
        }
        return elements.stream()
                .flatMap(element -> element.as(Rules.POINTER).stream())
                .collect(Collectors.toList());
    }

    private static Optional<? extends Feature> feature(Value element) {
        if (element.isScalar()) {
            return element.as(Rules.POINTER).map(Feature.Now::new);
        }
        Section section = element.section();
        if (section.has("since-last")) {
            return section.build(
                    () -> new Feature.SinceLast(section.get("since-last", Rules.oneOf(Unit.class), Unit.SECONDS)));
        }
        if (section.has("constant")) {
            return section.build(() -> new Feature.Constant(section.get("constant", Rules.TEXT, "0")));
        }
        return section.build(() -> fieldFeature(section));
    }

    private static Feature fieldFeature(Section section) {
        String field = section.require("field", Rules.POINTER, "/stand-in");
        List<String> kinds = FIELD_FEATURES.stream().filter(section::has).collect(Collectors.toList());
        if (kinds.size() != 1) {
            FIELD_FEATURES.forEach(section::value);
            section.value("over");
            section.value("unknown");
            throw new Violation(
                    "must come with exactly one of lag, delta, rolling and vocabulary, got: " + kinds.size(), "field");
        }
        return switch (kinds.get(0)) {
            case "lag" -> new Feature.Lag(field, section.require("lag", Rules.EVENTS, 1));
            case "vocabulary" ->
                new Feature.Word(
                        field,
                        section.list("vocabulary").stream()
                                .flatMap(word -> word.as(Rules.TEXT).stream())
                                .collect(Collectors.toList()),
                        section.optional("unknown", Feature.Word.UNKNOWN)
                                .map(OptionalInt::of)
                                .orElse(OptionalInt.empty()));
            case "delta" -> new Feature.Delta(field, section.require("delta", Rules.EVENTS, 1));
            default ->
                new Feature.Rolling(
                        field,
                        section.require("rolling", Rules.oneOf(Statistic.class), Statistic.MEAN),
                        section.require("over", Rules.EVENTS, 1));
        };
    }

    private static Map<String, ScoreConfig> scores(Section scores) {
        Map<String, ScoreConfig> byName = new LinkedHashMap<>();
        scores.all().forEach((name, value) -> score(value).ifPresent(score -> byName.put(name, score)));
        return byName;
    }

    private static Optional<ScoreConfig> score(Value value) {
        if (value.isScalar()) {
            return value.as(Rules.LABEL).map(output -> new ScoreConfig(output, OptionalInt.empty()));
        }
        Section score = value.section();
        return score.build(() -> new ScoreConfig(
                score.require("output", Rules.LABEL, "stand-in"),
                score.optional("index", ScoreConfig.INDEX).map(OptionalInt::of).orElse(OptionalInt.empty()),
                score.optional("label", Rules.LABEL)));
    }

    private static Map<String, String> state(Section state) {
        Map<String, String> pairs = new LinkedHashMap<>();
        state.all().forEach((output, value) -> value.as(Rules.LABEL).ifPresent(input -> pairs.put(output, input)));
        return pairs;
    }
}
