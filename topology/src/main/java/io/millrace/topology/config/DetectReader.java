package io.millrace.topology.config;

import io.millrace.topology.config.DetectConfig.Budget;
import io.millrace.topology.config.DetectConfig.Gate;
import io.millrace.topology.config.DetectConfig.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code detect}: each key with its rule and its default. */
final class DetectReader {
    /** More than anybody reads; what was told in an event is kept in 64 bits. */
    private static final int MOST = 64;

    /** A field, or what will be held against the model's scores. */
    private static final Rule<String> WATCHED = text -> text.startsWith("/") ? Rules.POINTER.read(text) : text;

    private enum Kind {
        RARITY,
        PATTERN,
        RANK,
        ROBUST_Z,
        SPOT,
        CUSUM,
        RANDOM_CUT_FOREST,
        LEAST,
        FISHER;

        static final Rule<Kind> RULE = text -> Stream.of(values())
                .filter(kind -> kind.word().equals(text))
                .findFirst()
                .orElseThrow(() -> new Violation(
                        "must be one of " + Stream.of(values()).map(Kind::word).collect(Collectors.joining(", "))));

        private String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        boolean combines() {
            return this == LEAST || this == FISHER;
        }
    }

    private DetectReader() {}

    static List<DetectConfig> read(List<Value> elements) {
        Map<String, DetectConfig> byName = new LinkedHashMap<>();
        if (elements.size() > MOST) {
            elements.get(MOST).report("must not be there: at most " + MOST + " detectors");
            return List.of();
        }
        for (Value element : elements) {
            Section section = element.section();
            detector(section, byName).ifPresent(detector -> {
                if (byName.putIfAbsent(detector.name(), detector) != null) {
                    section.report("name", "must be unique, another detector has it too, got: " + detector.name());
                }
            });
        }
        return new ArrayList<>(byName.values());
    }

    private static Optional<DetectConfig> detector(Section detector, Map<String, DetectConfig> earlier) {
        return detector.build(() -> {
            String name = detector.require("name", Rules.NAME, "stand-in");
            Kind kind = detector.get("method", Kind.RULE, Kind.RARITY);
            List<String> on = kind.combines() ? parts(detector, earlier) : List.of(watched(detector));
            Gate gate = detector.get("gate", Gate.RULE, kind == Kind.RANDOM_CUT_FOREST ? new Gate(1) : Gate.USUAL);
            boolean everything = gate.oneIn() == 1 && kind != Kind.RANDOM_CUT_FOREST;
            return new DetectConfig(
                    name,
                    on,
                    method(detector, kind),
                    gate,
                    detector.get("refractory", DetectConfig.REFRACTORY, everything ? 0 : DetectConfig.USUAL_REFRACTORY),
                    detector.optional("budget", Budget.RULE));
        });
    }

    private static String watched(Section detector) {
        return detector.require("on", WATCHED, "stand-in");
    }

    private static List<String> parts(Section detector, Map<String, DetectConfig> earlier) {
        List<String> parts = new ArrayList<>();
        for (Value part : detector.list("of")) {
            part.as(Rules.NAME).ifPresent(name -> {
                if (!earlier.containsKey(name)) {
                    part.report("must name a detector that stands before it"
                            + (earlier.isEmpty() ? "" : " (" + String.join(", ", earlier.keySet()) + ")") + ", got: "
                            + name + Suggestion.of(name, earlier.keySet()));
                }
                parts.add(name);
            });
        }
        return parts;
    }

    private static Method method(Section detector, Kind kind) {
        return switch (kind) {
            case RARITY -> new Method.Rarity();
            case PATTERN -> new Method.Pattern(detector.get("lags", Method.Pattern.LAGS, 10));
            case RANK -> new Method.Rank();
            case ROBUST_Z -> new Method.RobustZ(detector.get("over", Method.RobustZ.OVER, 64));
            case SPOT -> new Method.Spot(detector.get("depth", Method.Spot.DEPTH, 0));
            case CUSUM -> new Method.Cusum(detector.get("slack", Rules.NUMBER, 0.5));
            case RANDOM_CUT_FOREST ->
                new Method.Forest(
                        detector.get("trees", Method.Forest.TREES, 50),
                        detector.get("samples", Method.Forest.SAMPLES, 256),
                        detector.get("shingle", Method.Forest.SHINGLE, 8));
            case LEAST -> new Method.Least();
            case FISHER -> new Method.Fisher();
        };
    }
}
