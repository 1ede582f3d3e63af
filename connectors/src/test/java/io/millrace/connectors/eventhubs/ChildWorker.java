package io.millrace.connectors.eventhubs;

import io.millrace.connectors.worker.ConnectorSpec;
import io.millrace.connectors.worker.EmbeddedWorker;
import io.millrace.connectors.worker.WorkerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker in a process of its own, so that it can be killed, frozen and measured. All of a broker are of one group. It
 * ends when its standard input does.
 */
final class ChildWorker {
    private static final String CONNECTOR = "CONNECTOR:";

    private final Process process;

    private ChildWorker(Process process) {
        this.process = process;
    }

    /**
     * @param connector what the group is to run, as a connector called {@code child}; empty to leave it as it is
     * @param flags of its Java
     */
    static ChildWorker start(String bootstrapServers, Map<String, String> connector, String... flags)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ChildWorker.class.getName(),
                bootstrapServers));
        ProcessBuilder builder = new ProcessBuilder(command);
        connector.forEach((key, value) -> builder.environment().put(CONNECTOR + key, value));
        return new ChildWorker(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** In order. */
    void stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }

    /** Stands still from now on, until it is woken. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void wake() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** The memory that it has in use, heap and all, in bytes. */
    long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> config = new HashMap<>();
        System.getenv().forEach((key, value) -> {
            if (key.startsWith(CONNECTOR)) {
                config.put(key.substring(CONNECTOR.length()), value);
            }
        });
        // A worker that was killed is missed after four seconds, and its tasks are dealt out at once.
        Map<String, String> overrides = Map.of(
                "session.timeout.ms", "4000",
                "heartbeat.interval.ms", "1000",
                "scheduled.rebalance.max.delay.ms", "0",
                "producer.transaction.timeout.ms", "5000");
        try (EmbeddedWorker worker = EmbeddedWorker.start(
                new WorkerOptions("children", Map.of("bootstrap.servers", arguments[0]), true, overrides))) {
            if (!config.isEmpty()) {
                worker.run(List.of(new ConnectorSpec("child", config)));
            }
            while (System.in.read() >= 0) {
                // until the parent is gone
            }
        }
    }
}
