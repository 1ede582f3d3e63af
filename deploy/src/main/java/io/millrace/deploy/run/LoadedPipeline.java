package io.millrace.deploy.run;

import io.millrace.scorers.ModelException;
import io.millrace.scorers.ModelFile;
import io.millrace.scorers.OnnxOptions;
import io.millrace.scorers.OnnxScorer;
import io.millrace.topology.config.ConfigException;
import io.millrace.topology.config.ContractCheck;
import io.millrace.topology.config.ModelConfig;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.PipelineReader;
import io.millrace.topology.config.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * A pipeline whose model is loaded, warm, and known to fit it. Nothing runs yet.
 *
 * @param config what was asked for
 * @param scorer the model; closed with this
 */
public record LoadedPipeline(PipelineConfig config, OnnxScorer scorer) implements AutoCloseable {

    /**
     * Reads a pipeline.yaml and loads its model.
     *
     * @throws ConfigException with all problems of the file, or else all problems of its fit with the model
     * @throws ModelException if the model cannot be used
     */
    public static LoadedPipeline load(Path file) throws ConfigException, ModelException {
        return load(PipelineReader.read(file));
    }

    /** Loads the model of a configuration. */
    public static LoadedPipeline load(PipelineConfig config) throws ConfigException, ModelException {
        List<Problem> wrong = new ConnectorPlan(config).problems();
        if (!wrong.isEmpty()) {
            throw new ConfigException(wrong);
        }
        ModelConfig model = config.model();
        return of(
                config, open(model, model.runs().options(config.batch().rows()).withRowShapes(model.rowShapes())));
    }

    /** A configuration with its model, which is closed if it does not fit. */
    public static LoadedPipeline of(PipelineConfig config, OnnxScorer scorer) throws ConfigException {
        List<Problem> problems = ContractCheck.check(config, scorer.contract());
        if (!problems.isEmpty()) {
            scorer.close();
            throw new ConfigException(problems);
        }
        return new LoadedPipeline(config, scorer);
    }

    private static OnnxScorer open(ModelConfig model, OnnxOptions options) throws ModelException {
        if (model.file().isEmpty()) {
            return OnnxScorer.openRemote(model.name(), options);
        }
        ModelFile file = ModelFile.read(model.file().get());
        if (model.sha256().isPresent()) {
            file.requireSha256(model.sha256().get());
        }
        return OnnxScorer.open(model.name(), file, options);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
