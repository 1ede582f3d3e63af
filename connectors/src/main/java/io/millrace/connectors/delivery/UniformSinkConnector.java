package io.millrace.connectors.delivery;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** A sink whose tasks all have the connector's own configuration. */
public abstract class UniformSinkConnector extends SinkConnector {
    private final ConfigDef definition;
    private final Class<? extends Task> task;
    private final Consumer<Map<String, String>> check;
    private Map<String, String> config = Map.of();

    /** @param check refuses a configuration that cannot work, before a task is made */
    protected UniformSinkConnector(
            ConfigDef definition, Class<? extends Task> task, Consumer<Map<String, String>> check) {
        this.definition = definition;
        this.task = task;
        this.check = check;
    }

    @Override
    public void start(Map<String, String> values) {
        check.accept(values);
        config = Map.copyOf(values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return task;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return Collections.nCopies(maxTasks, config);
    }

    @Override
    public void stop() {
        config = Map.of();
    }

    @Override
    public ConfigDef config() {
        return definition;
    }

    @Override
    public String version() {
        return Version.OF_THIS;
    }
}
