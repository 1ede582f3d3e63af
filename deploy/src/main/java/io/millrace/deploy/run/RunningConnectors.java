package io.millrace.deploy.run;

import io.millrace.connectors.broker.Topics;
import io.millrace.connectors.worker.ConnectorStatus;
import io.millrace.connectors.worker.EmbeddedWorker;
import io.millrace.connectors.worker.WorkerOptions;
import io.millrace.topology.config.PipelineConfig;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pipeline's connectors at work, or none where it has none. */
public final class RunningConnectors implements AutoCloseable {
    private final @Nullable EmbeddedWorker worker;

    private RunningConnectors(@Nullable EmbeddedWorker worker) {
        this.worker = worker;
    }

    /**
     * Starts a worker of Kafka Connect, and has it run the pipeline's connectors.
     *
     * @throws io.millrace.connectors.worker.WorkerException if it cannot
     */
    public static RunningConnectors start(PipelineConfig config, Cluster cluster) {
        ConnectorPlan plan = new ConnectorPlan(config);
        Optional<WorkerOptions> options = plan.worker(cluster.properties());
        if (options.isEmpty()) {
            return new RunningConnectors(null);
        }
        Topics.ensure(cluster.properties(), plan.topics());
        EmbeddedWorker worker = EmbeddedWorker.start(options.get());
        try {
            worker.run(plan.specs());
            return new RunningConnectors(worker);
        } catch (RuntimeException e) {
            worker.close();
            throw e;
        }
    }

    /** How they do. */
    public List<ConnectorStatus> status() {
        return worker == null ? List.of() : worker.status();
    }

    @Override
    public void close() {
        if (worker != null) {
            worker.close();
        }
    }
}
