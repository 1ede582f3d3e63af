package io.millrace.deploy.score;

import io.millrace.deploy.run.LoadedPipeline;
import io.millrace.deploy.run.ModelSkeleton;
import io.millrace.scorers.ModelContract;
import io.millrace.scorers.ModelException;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import io.millrace.topology.config.ConfigException;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.PipelineReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A pipeline for a model and a file, where the user has written none: columns feed the inputs in order. */
public final class ScorePipelines {
    /** Columns that are no features, unless the model wants just as many columns as there are. */
    private static final Set<String> NO_FEATURES =
            Set.of("device", "deviceid", "device_id", "id", "ts", "time", "timestamp");

    private ScorePipelines() {}

    /**
     * Loads a model for a file's columns.
     *
     * @throws InputException if the columns are not as many as the model wants
     */
    public static LoadedPipeline load(Path model, List<String> columns)
            throws ConfigException, ModelException, InputException {
        OnnxScorer scorer = OnnxScorer.open(ModelFile.read(model), OnnxOptions.defaults());
        boolean loaded = false;
        try {
            LoadedPipeline pipeline = LoadedPipeline.of(config(model, scorer.contract(), columns), scorer);
            loaded = true;
            return pipeline;
        } finally {
            if (!loaded) {
                scorer.close();
            }
        }
    }

    private static PipelineConfig config(Path model, ModelContract contract, List<String> columns)
            throws ConfigException, InputException {
        ModelSkeleton skeleton = new ModelSkeleton(contract);
        List<String> features = skeleton.namesItsFeatures() ? skeleton.features() : choose(skeleton, columns);
        String yaml = "pipeline: score\n" + source(columns) + "batch: {rows: " + OnnxOptions.DEFAULT_MAX_ROWS + "}\n"
                + skeleton.model(model, features);
        return PipelineReader.read("score", yaml, name -> null);
    }

    private static List<String> choose(ModelSkeleton skeleton, List<String> columns) throws InputException {
        int wanted = skeleton.features().size();
        if (columns.size() == wanted) {
            return columns;
        }
        List<String> features = columns.stream()
                .filter(column -> !NO_FEATURES.contains(column.toLowerCase(Locale.ROOT)))
                .toList();
        if (features.size() != wanted) {
            throw new InputException("the model wants " + wanted + " columns of features, got " + features.size() + ": "
                    + String.join(", ", features) + "; name them in a pipeline.yaml (see millrace inspect) and score"
                    + " with --pipeline");
        }
        return features;
    }

    private static String source(List<String> columns) {
        String device = columns.stream()
                .filter(column -> Set.of("device", "deviceId", "device_id").contains(column))
                .findFirst()
                .map(column -> "/" + column)
                .orElse("key");
        return "source: {device: " + device + "}\n";
    }
}
