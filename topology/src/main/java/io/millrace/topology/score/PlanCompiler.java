package io.millrace.topology.score;

import io.millrace.scorers.ModelContract;
import io.millrace.scorers.TensorSpec;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.QualityConfig;
import io.millrace.topology.config.ScoreConfig;
import io.millrace.topology.config.SourceConfig;
import io.millrace.topology.decode.JsonDecoder;
import io.millrace.topology.decode.JsonLayout;
import io.millrace.topology.decode.JsonPointer;
import io.millrace.topology.features.FeaturePlan;
import io.millrace.topology.features.Quality;
import io.millrace.topology.key.DeviceKey;
import java.util.ArrayList;
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
                        .map(input -> config.model().inputs().get(input.name()))
                        .toList(),
                fields,
                frozen,
                recurrent.stream().mapToInt(state -> rowSize(state.output())).sum());
        List<String> wanted = new ArrayList<>(fields);
        wanted.addAll(config.ruleFields());
        JsonLayout layout = layout(config.source(), wanted, fields.size());
        return new ScoringPlan(
                () -> new JsonDecoder(layout),
                config.source().device().isPresent() ? DeviceKey.FIELD : DeviceKey.RECORD_KEY,
                List.copyOf(wanted),
                config.observedFields(),
                features,
                new Quality(limits, config.quality().clockAhead().toMillis()),
                scores(),
                recurrent);
    }

    private static JsonLayout layout(SourceConfig source, List<String> fields, int required) {
        return new JsonLayout(
                fields.stream().map(JsonPointer::parse).toList(),
                required,
                source.device().map(JsonPointer::parse).orElse(null),
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
            columns.add(new ScoreColumn(
                    score.getKey(),
                    index(contract.outputs(), from.output()),
                    from.index().orElse(0)));
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
