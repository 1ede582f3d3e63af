package io.millrace.loadtest.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The scenario file and the flags that change it; {@code --set} reaches every key, the others are short for it. */
@SuppressWarnings("UnusedMethod") // picocli calls the setters
public final class ScenarioOptions {

    private final Map<String, String> flags = new LinkedHashMap<>();

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCENARIO.yaml", description = "What to run.")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any key of the scenario, such as load.rate=5000.")
    void set(Map<String, String> values) {
        flags.putAll(values);
    }

    @Option(names = "--rate", description = "Records per second (load.rate).")
    void rate(String value) {
        flags.put("load.rate", value);
    }

    @Option(names = "--for", description = "How long, such as 60s (load.for).")
    void duration(String value) {
        flags.put("load.for", value);
    }

    @Option(names = "--warmup", description = "Before that, such as 15s (load.warmup).")
    void warmup(String value) {
        flags.put("load.warmup", value);
    }

    @Option(names = "--threads", description = "Sending threads (load.threads).")
    void threads(String value) {
        flags.put("load.threads", value);
    }

    @Option(names = "--devices", description = "How many (fleet.devices).")
    void devices(String value) {
        flags.put("fleet.devices", value);
    }

    @Option(names = "--partitions", description = "Of each topic (topics.partitions).")
    void partitions(String value) {
        flags.put("topics.partitions", value);
    }

    @Option(names = "--model", description = "A built-in model (pipeline.model).")
    void model(String value) {
        flags.put("pipeline.model", value);
    }

    @Option(names = "--guarantee", description = "exactly_once or at_least_once (pipeline.guarantee).")
    void guarantee(String value) {
        flags.put("pipeline.guarantee", value);
    }

    @Option(names = "--contestant", description = "Who runs the pipeline (pipeline.contestant).")
    void contestant(String value) {
        flags.put("pipeline.contestant", value);
    }

    @Option(names = "--slo", description = "The p99 latency to keep to, such as 50ms (limits.p99).")
    void slo(String value) {
        flags.put("limits.p99", value);
    }

    @Option(
            names = "--event-hub",
            paramLabel = "env:NAME|file:PATH",
            description = "Sends to an event hub, not to Kafka: where its connection string stands (output.eventHub).")
    void eventHub(String value) {
        flags.put("output.eventHub", '"' + value + '"');
    }

    public Scenario scenario() throws IOException {
        return Scenarios.read(file, flags);
    }
}
