package io.millrace.topology.config;

import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds what a pipeline says about its model against what the model itself says. */
public final class ContractCheck {
    private final PipelineConfig config;
    private final ModelContract contract;
    private final List<Problem> problems = new ArrayList<>();

    private ContractCheck(PipelineConfig config, ModelContract contract) {
        this.config = config;
        this.contract = contract;
    }

    /** All problems with the mapping, in the order of their lines; none means that it fits. */
    public static List<Problem> check(PipelineConfig config, ModelContract contract) {
        ContractCheck check = new ContractCheck(config, contract);
        check.inputs();
        new TextCheck(config, contract, check::report).check();
        check.state();
        check.scores();
        check.detect();
        check.alerts();
        check.problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return List.copyOf(check.problems);
    }

    private void inputs() {
        Map<String, InputMapping> inputs = config.model().inputs();
        inputs.forEach((name, mapping) -> contract.input(name)
                .ifPresentOrElse(
                        spec -> input(spec, mapping),
                        () -> report("model.inputs." + name, unknown("an input", name, names(contract.inputs())))));
        for (TensorSpec spec : contract.inputs()) {
            if (!inputs.containsKey(spec.name()) && !config.model().state().containsValue(spec.name())) {
                report("model.inputs", "must map every input of the model, missing: " + spec);
            }
        }
    }

    private void input(TensorSpec spec, InputMapping mapping) {
        String path = "model.inputs." + spec.name();
        int elements = mapping.elements();
        if (mapping instanceof InputMapping.Window window) {
            boolean fits = spec.shape().size() == 3
                    && agrees(spec.shape().get(1), window.events())
                    && agrees(spec.shape().get(2), window.fields().size());
            if (!fits) {
                report(
                        path,
                        "must fit the model's " + spec.typeAndShape() + ", got: a window [rows, " + window.events()
                                + ", " + window.fields().size() + "] of " + fields(mapping));
            }
        } else if (hasOpenRow(spec) ? elements % Math.max(1, spec.rowSize()) != 0 : elements != spec.rowSize()) {
            report(
                    path,
                    "must have " + (hasOpenRow(spec) ? "a multiple of " : "") + count(spec.rowSize(), "feature")
                            + " for the model's " + spec.typeAndShape() + ", got: " + elements + " from "
                            + fields(mapping));
        }
    }

    /** What feeds an input. */
    private static String fields(InputMapping mapping) {
        Set<String> fields = new LinkedHashSet<>();
        mapping.eachField((field, past) -> fields.add(field));
        return fields.isEmpty()
                ? "no field"
                : fields.stream().limit(20).collect(Collectors.joining(", ")) + (fields.size() > 20 ? ", …" : "");
    }

    private void state() {
        config.model().state().forEach((output, input) -> {
            String path = "model.state." + output;
            if (contract.output(output).isEmpty()) {
                report(path, unknown("an output", output, names(contract.outputs())));
            } else if (contract.input(input).isEmpty()) {
                report(path, "must name an input of the model" + hint(input, names(contract.inputs())));
            } else {
                pair(path, contract.output(output).get(), contract.input(input).get());
            }
        });
    }

    private void pair(String path, TensorSpec output, TensorSpec input) {
        if (output.type() != input.type() || !row(output).equals(row(input))) {
            report(path, "must join tensors of one type and shape, got: " + output + " and " + input);
        } else if (hasOpenRow(input)) {
            report(path, "must join tensors whose rows have a fixed shape, got: " + input);
        }
    }

    private void scores() {
        config.model().scores().forEach((name, score) -> {
            String path = "model.scores." + name;
            contract.output(score.output())
                    .ifPresentOrElse(
                            output -> score(path, score, output),
                            () -> report(
                                    path,
                                    "must name an output of the model"
                                            + hint(score.output(), names(contract.outputs()))));
        });
        if (config.model().scores().isEmpty()) {
            contract.outputs().stream()
                    .filter(output ->
                            hasOpenRow(output) && !config.model().state().containsKey(output.name()))
                    .forEach(output -> report(
                            "model.scores",
                            "must name each score by output and index, because the model leaves the shape of " + output
                                    + " open"));
        }
    }

    private void score(String path, ScoreConfig score, TensorSpec output) {
        if (output.type().isText()) {
            if (score.label().isEmpty()) {
                report(path, "must give the label that it stands for, because the model gives text: " + output);
            } else if (output.rowSize() != 1) {
                report(path, "must name an output with one text in a row, got: " + output);
            }
        } else if (score.label().isPresent()) {
            if (!output.labels().contains(score.label().get())) {
                report(
                        path + ".label",
                        "must be a label of " + output + hint(score.label().get(), output.labels()));
            }
        } else if (hasOpenRow(output)) {
            if (score.index().isEmpty()) {
                report(path, "must give an index into the model's " + output);
            }
        } else if (score.index().isEmpty() && output.rowSize() != 1) {
            report(path, "must give an index between 0 and " + (output.rowSize() - 1) + " into the model's " + output);
        } else if (score.index().orElse(0) >= output.rowSize()) {
            report(
                    path + ".index",
                    "must be between 0 and " + (output.rowSize() - 1) + " for the model's " + output + ", got: "
                            + score.index().orElse(0));
        }
    }

    private void detect() {
        Set<String> scores = config.model().scoresOf(contract).keySet();
        for (int i = 0; i < config.detect().size(); i++) {
            DetectConfig detector = config.detect().get(i);
            if (scores.contains(detector.name())) {
                report("detect[" + i + "].name", "must not be a score of the model, got: " + detector.name());
            }
            if (!detector.method().combines()
                    && !detector.onField()
                    && !scores.contains(detector.on().get(0))) {
                report(
                        "detect[" + i + "].on",
                        "must name a score of the model" + hint(detector.on().get(0), scores));
            }
        }
    }

    private void alerts() {
        Set<String> scores =
                new LinkedHashSet<>(config.model().scoresOf(contract).keySet());
        scores.addAll(config.detected());
        config.registry().properties().keySet().stream()
                .filter(scores::contains)
                .forEach(name -> report("registry.properties." + name, "must not be a score, got: " + name));
        OptionalDouble threshold = config.thresholdOf(contract);
        if (threshold.isPresent()) {
            scores.add(AlertConfig.THRESHOLD);
        }
        for (int i = 0; i < config.alerts().size(); i++) {
            List<AlertConfig.Level> levels = config.alerts().get(i).levels();
            Set<String> reported = new HashSet<>();
            for (AlertConfig.Level level : levels) {
                String word = level.severity().name().toLowerCase(Locale.ROOT);
                String path = "alerts[" + i + "]";
                condition(path + (levels.size() > 1 ? ".severity." + word : ".when"), level.when(), scores, reported);
                condition(path + ".clear", level.clear(), scores, reported);
            }
            if (threshold.isPresent()) {
                threshold(i, threshold.getAsDouble());
            }
        }
    }

    /** Two conditions that overlap with the model's own threshold. */
    private void threshold(int alert, double threshold) {
        try {
            config.alerts().get(alert).withThreshold(threshold);
        } catch (Violation e) {
            report("alerts[" + alert + "]", e.rule());
        }
    }

    private void condition(String path, Expression condition, Set<String> scores, Set<String> reported) {
        condition.eachOperand(operand -> {
            if (operand instanceof Expression.Operand.Score score
                    && !scores.contains(score.name())
                    && reported.add(score.name())) {
                report(path, "must name a score of the model" + hint(score.name(), scores));
            }
        });
    }

    private void report(String path, String message) {
        problems.add(config.locations().problem(path, message));
    }

    private static String unknown(String what, String name, Collection<String> known) {
        return "is not " + what + " of the model" + hint(name, known);
    }

    /** The names that there are, with the one that may have been meant. */
    private static String hint(String name, Collection<String> known) {
        return " (it has " + known.stream().limit(20).collect(Collectors.joining(", ")) + "), got: " + name
                + Suggestion.of(name, known);
    }

    private static List<String> names(List<TensorSpec> specs) {
        return specs.stream().map(TensorSpec::name).collect(Collectors.toList());
    }

    /** The shape behind the batch axis. */
    private static List<Long> row(TensorSpec spec) {
        return spec.shape()
                .subList(Math.min(1, spec.shape().size()), spec.shape().size());
    }

    private static boolean hasOpenRow(TensorSpec spec) {
        return row(spec).contains(TensorSpec.DYNAMIC);
    }

    private static boolean agrees(long dimension, int found) {
        return dimension == TensorSpec.DYNAMIC || dimension == found;
    }

    private static String count(int n, String noun) {
        return n + " " + noun + (n == 1 ? "" : "s");
    }
}
