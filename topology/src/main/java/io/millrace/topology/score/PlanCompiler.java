package io.millrace.topology.score;

import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import io.millrace.topology.config.Feature;
import io.millrace.topology.config.InputMapping;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.QualityConfig;
import io.millrace.topology.config.ScoreConfig;
import io.millrace.topology.config.SourceConfig;
import io.millrace.topology.decode.JsonDecoder;
import io.millrace.topology.decode.JsonLayout;
import io.millrace.topology.decode.JsonPointer;
import io.millrace.topology.decode.TextField;
import io.millrace.topology.features.FeaturePlan;
import io.millrace.topology.features.Quality;
import io.millrace.topology.key.DeviceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a configuration that was checked against its model into a {@link ScoringPlan}. */
public final class PlanCompiler {
    private final PipelineConfig config;
    private final ModelContract contract;

    private PlanCompiler(PipelineConfig config, ModelContract contract) {
        this.config = config;
        this.contract = contract;
    }

    /** @throws IllegalArgumentException if the two do not fit, which the configuration's check rules out */
    public static ScoringPlan compile(PipelineConfig config, ModelContract contract) {
        return new PlanCompiler(config, contract).compile();
    }

    private ScoringPlan compile() {
        List<String> fields = config.fields();
        List<Quality.Limits> limits = limits(fields);
        List<String> frozen = limits.stream()
                .filter(Quality.Limits::watched)
                .map(Quality.Limits::name)
                .toList();
        List<RecurrentState> recurrent = recurrent();
        FeaturePlan features = FeaturePlan.compile(
                contract.inputs().stream()
                        .map(input -> input.type().isText()
                                ? null
                                : config.model().inputs().get(input.name()))
                        .toList(),
                fields,
                frozen,
                recurrent.stream().mapToInt(state -> rowSize(state.output())).sum());
        List<String> wanted = new ArrayList<>(fields);
        wanted.addAll(config.ruleFields());
        JsonLayout layout = layout(config.source(), wanted, fields.size(), texts(fields));
        return new ScoringPlan(
                () -> new JsonDecoder(layout),
                deviceKey(config.source()),
                List.copyOf(wanted),
                config.observedFields(),
                features,
                textColumns(fields),
                new Quality(limits, config.quality().clockAhead().toMillis()),
                scores(),
                recurrent);
    }

    private static DeviceKey deviceKey(SourceConfig source) {
        return source.deviceHeader().isPresent()
                ? DeviceKey.HEADER
                : source.device().isPresent() ? DeviceKey.FIELD : DeviceKey.RECORD_KEY;
    }

    /** What is made of the fields that are text, by their place. */
    private Map<Integer, TextField> texts(List<String> fields) {
        Map<Integer, TextField> texts = new HashMap<>();
        config.words()
                .forEach((field, word) ->
                        texts.put(fields.indexOf(field), new TextField(word.vocabulary(), word.unknown())));
        config.texts(contract).forEach(field -> texts.put(fields.indexOf(field), TextField.ANY));
        return texts;
    }

    private List<TextColumn> textColumns(List<String> fields) {
        List<TextColumn> columns = new ArrayList<>();
        for (int input = 0; input < contract.inputs().size(); input++) {
            TensorSpec spec = contract.inputs().get(input);
            InputMapping mapping = config.model().inputs().get(spec.name());
            if (!spec.type().isText() || mapping == null) {
                continue;
            }
            List<Feature> features = mapping.features();
            for (int column = 0; column < features.size(); column++) {
                Feature feature = features.get(column);
                columns.add(
                        feature instanceof Feature.Constant constant
                                ? new TextColumn(input, column, TextColumn.NONE, constant.value())
                                : new TextColumn(
                                        input, column, fields.indexOf(((Feature.OfField) feature).field()), ""));
            }
        }
        return columns;
    }

    private static JsonLayout layout(
            SourceConfig source, List<String> fields, int required, Map<Integer, TextField> texts) {
        return new JsonLayout(
                fields.stream().map(JsonPointer::parse).toList(),
                required,
                texts,
                source.deviceField().map(JsonPointer::parse).orElse(null),
                source.time().map(JsonPointer::parse).orElse(null),
                source.maxBytes(),
                source.maxDepth());
    }

    private List<Quality.Limits> limits(List<String> fields) {
        List<Quality.Limits> limits = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            QualityConfig.Limits limit = config.quality().fields().get(fields.get(i));
            limits.add(
                    limit == null
                            ? Quality.Limits.none(fields.get(i), i)
                            : new Quality.Limits(fields.get(i), i, limit.min(), limit.max(), limit.frozenAfter()));
        }
        return limits;
    }

    private List<RecurrentState> recurrent() {
        List<RecurrentState> states = new ArrayList<>();
        int from = 0;
        for (Map.Entry<String, String> pair : config.model().state().entrySet()) {
            RecurrentState state = new RecurrentState(
                    index(contract.outputs(), pair.getKey()), index(contract.inputs(), pair.getValue()), from);
            states.add(state);
            from += rowSize(state.output());
        }
        return states;
    }

    private int rowSize(int output) {
        return contract.outputs().get(output).rowSize();
    }

    private List<ScoreColumn> scores() {
        List<ScoreColumn> columns = new ArrayList<>();
        for (Map.Entry<String, ScoreConfig> score :
                config.model().scoresOf(contract).entrySet()) {
            ScoreConfig from = score.getValue();
            int output = index(contract.outputs(), from.output());
            TensorSpec spec = contract.outputs().get(output);
            boolean text = spec.type().isText();
            int element = text
                    ? 0
                    : from.label()
                            .map(spec.labels()::indexOf)
                            .orElse(from.index().orElse(0));
            columns.add(new ScoreColumn(
                    score.getKey(), output, element, text ? from.label().orElse(null) : null));
        }
        return columns;
    }

    private static int index(List<TensorSpec> tensors, String name) {
        for (int i = 0; i < tensors.size(); i++) {
            if (tensors.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("the model must have a tensor named " + name + ", has: " + tensors);
    }
}
