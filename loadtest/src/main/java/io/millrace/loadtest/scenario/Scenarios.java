package io.millrace.loadtest.scenario;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads scenarios: the defaults, the file over them, the flags over both. */
public final class Scenarios {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationReader()))
            .build();

    private Scenarios() {}

    /**
     * A scenario, complete and checked.
     *
     * @param file null for the defaults alone
     * @param flags values by dotted path, such as {@code load.rate}, as YAML
     */
    public static Scenario read(@Nullable Path file, Map<String, String> flags) throws IOException {
        Map<String, Object> merged = defaults();
        if (file != null) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("neither a scenario's file nor a command: " + file);
            }
            try {
                merge(merged, map(parse(Files.readString(file))));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(file.getFileName() + ": " + e.getMessage(), e);
            }
        }
        flags.forEach((path, value) -> merge(merged, nested(path, parse(value))));
        try {
            return MAPPER.convertValue(merged, Scenario.class);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(message(e), e);
        }
    }

    /** A duration such as {@code 500ms}, {@code 30s}, {@code 5m} or {@code 2h}. */
    public static Duration duration(String text) {
        String number = text.replaceFirst("[a-z]+$", "");
        try {
            double value = Double.parseDouble(number);
            double nanos =
                    switch (text.substring(number.length())) {
                        case "ms" -> 1e6;
                        case "s" -> 1e9;
                        case "m" -> 60e9;
                        case "h" -> 3600e9;
                        default -> Double.NaN;
                    };
            if (value >= 0 && value * nanos < Long.MAX_VALUE) {
                return Duration.ofNanos(Math.round(value * nanos));
            }
        } catch (NumberFormatException e) {
            // The message below says it better.
        }
        throw new IllegalArgumentException("a duration must be a number and ms, s, m or h, got: " + text);
    }

    private static Map<String, Object> defaults() throws IOException {
        try (InputStream in = Objects.requireNonNull(Scenarios.class.getResourceAsStream("defaults.yaml"))) {
            return map(parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    private static @Nullable Object parse(String yaml) {
        return new Load(LoadSettings.builder().build()).loadFromString(yaml);
    }

    private static Map<String, Object> map(@Nullable Object yaml) {
        if (!(yaml instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("a scenario must be a YAML mapping, got: " + yaml);
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    private static Map<String, Object> nested(String path, @Nullable Object value) {
        int dot = path.indexOf('.');
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(dot < 0 ? path : path.substring(0, dot), dot < 0 ? value : nested(path.substring(dot + 1), value));
        return map;
    }

    private static void merge(Map<String, Object> into, Map<String, Object> over) {
        over.forEach((key, value) -> {
            Object before = into.get(key);
            if (before instanceof Map<?, ?> && value instanceof Map<?, ?>) {
                Map<String, Object> merged = map(before);
                merge(merged, map(value));
                into.put(key, merged);
            } else {
                into.put(key, value);
            }
        });
    }

    /** The rule that was broken, and where, without Jackson's Java types. */
    private static String message(IllegalArgumentException e) {
        if (!(e.getCause() instanceof JsonMappingException cause)) {
            return String.valueOf(e.getMessage());
        }
        String path = cause.getPath().stream()
                .map(reference -> reference.getFieldName() == null
                        ? "[" + reference.getIndex() + "]"
                        : "." + reference.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
        if (cause instanceof UnrecognizedPropertyException unknown) {
            return "scenario: " + path + " is not a known key, known: "
                    + unknown.getKnownPropertyIds().stream()
                            .map(String::valueOf)
                            .sorted()
                            .toList();
        }
        if (cause instanceof InvalidFormatException wrong) {
            return "scenario: " + path + " must be " + kind(wrong.getTargetType()) + ", got: " + wrong.getValue();
        }
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        String rule = root instanceof JsonMappingException mapping ? mapping.getOriginalMessage() : root.getMessage();
        return "scenario: " + path + ": " + rule;
    }

    private static String kind(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.toString(type.getEnumConstants())
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[\\[\\]]", "");
        }
        if (type == boolean.class) {
            return "true or false";
        }
        return type == double.class ? "a number" : "a whole number";
    }

    private static final class DurationReader extends StdDeserializer<Duration> {
        private static final long serialVersionUID = 1;

        DurationReader() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return duration(parser.getText());
        }
    }
}
