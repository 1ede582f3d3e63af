package io.millrace.connectors.eventhubs;

import io.millrace.connectors.worker.ConnectorSpec;
import io.millrace.connectors.worker.EmbeddedWorker;
import io.millrace.connectors.worker.WorkerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A worker in a process of its own, so that it can be killed. It ends when its standard input does. */
final class ChildWorker {
    private final Process process;

    private ChildWorker(Process process) {
        this.process = process;
    }

    /** @param connector its configuration; its name is {@code chaos} */
    static ChildWorker start(String bootstrapServers, Map<String, String> connector) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ChildWorker.class.getName(),
                bootstrapServers);
        connector.forEach((key, value) -> builder.environment().put("CONNECTOR:" + key, value));
        return new ChildWorker(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> config = new HashMap<>();
        System.getenv().forEach((key, value) -> {
            if (key.startsWith("CONNECTOR:")) {
                config.put(key.substring("CONNECTOR:".length()), value);
            }
        });
        // A worker that was killed is missed after six seconds, and its tasks are dealt out at once.
        Map<String, String> overrides = Map.of(
                "session.timeout.ms", "6000",
                "heartbeat.interval.ms", "1500",
                "scheduled.rebalance.max.delay.ms", "0",
                "producer.transaction.timeout.ms", "5000");
        try (EmbeddedWorker worker = EmbeddedWorker.start(
                new WorkerOptions("chaos", Map.of("bootstrap.servers", arguments[0]), true, overrides))) {
            worker.run(java.util.List.of(new ConnectorSpec("chaos", config)));
            while (System.in.read() >= 0) {
                // until the parent is gone
            }
        }
    }
}
