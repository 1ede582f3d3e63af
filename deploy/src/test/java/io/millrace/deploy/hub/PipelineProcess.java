package io.millrace.deploy.hub;

import io.millrace.connectors.testing.EventHubsPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code millrace run} in a process of its own, so that it can be killed, and started again. */
final class PipelineProcess implements AutoCloseable {
    private static final Path MODEL = Path.of("../loadtest/src/main/resources/crash/stateless.onnx");

    private static final Path LOG = Path.of("target", "hub-chaos.log");

    private final Path folder;
    private final Path file;
    private final Thread hook = new Thread(this::close);
    private @Nullable Process process;

    private PipelineProcess(Path folder, Path file) {
        this.folder = folder;
        this.file = file;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Writes the pipeline's file: event hub, model that answers with what it was given, rule, webhook. */
    static PipelineProcess prepare(Path folder, String bootstrapServers, EventHubsPeer peer, String hub, Hook hook)
            throws IOException {
        Path file = folder.resolve("pipeline.yaml");
        Files.writeString(file, """
                pipeline: chaos
                source:
                  topic: telemetry
                  connector:
                    name: hub
                    type: event-hubs
                    tasks.max: 2
                    eventhubs.connection.string: '%s'
                    eventhubs.hub: %s
                    eventhubs.stall.ms: 300
                    eventhubs.timeout.ms: 2000
                    eventhubs.backoff.ms: 20
                    eventhubs.backoff.max.ms: 300
                model:
                  uri: file:%s
                  inputs: {features: [/x, /y]}
                  scores: {number: {output: echo_features, index: 0}, high: {output: echo_features, index: 1}}
                alerts: [{name: high, when: high > 0.5, clear: high < 0.5}]
                alerting: {catch-up: 36500d}
                sinks:
                  - {name: hook, type: webhook, webhook.url: '%s', webhook.send: all, webhook.backoff.ms: 20}
                guarantee: exactly_once
                # Short, or most of a run would be waiting.
                kafka:
                  bootstrap.servers: %s
                  session.timeout.ms: 4000
                  heartbeat.interval.ms: 1000
                  producer.transaction.timeout.ms: 6000
                  producer.delivery.timeout.ms: 6000
                  producer.request.timeout.ms: 3000
                connect:
                  session.timeout.ms: 4000
                  heartbeat.interval.ms: 1000
                  scheduled.rebalance.max.delay.ms: 0
                  producer.transaction.timeout.ms: 5000
                  consumer.session.timeout.ms: 4000
                  consumer.heartbeat.interval.ms: 1000
                """.formatted(
                peer.connectionString(), hub, MODEL.toAbsolutePath().normalize(), hook.url(), bootstrapServers));
        return new PipelineProcess(folder, file);
    }

    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.millrace.deploy.Main",
                "run",
                file.toString(),
                "--data",
                folder.resolve("data").toString(),
                "--verbose");
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                .start();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
    }

    /** SIGTERM, and whatever it then does to end in order. */
    void stop() throws InterruptedException {
        running().destroy();
        running().waitFor();
    }

    private Process running() {
        return Objects.requireNonNull(process, "must have been started");
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
