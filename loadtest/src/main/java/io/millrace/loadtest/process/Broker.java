package io.millrace.loadtest.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka that a run uses: one that is there already, or one started for it as a child process, which can be started
 * again on the same port and data. Not thread-safe.
 */
public final class Broker implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final String READY = "bootstrap.servers=";

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path folder;
    private String bootstrapServers;
    private int starts;
    private @Nullable ChildProcess process;

    private boolean keepsData = true;

    private Broker(List<String> command, Map<String, String> environment, Path folder, String bootstrapServers) {
        this.command = command;
        this.environment = environment;
        this.folder = folder;
        this.bootstrapServers = bootstrapServers;
    }

    public static Broker at(String bootstrapServers) {
        return new Broker(List.of(), Map.of(), Path.of(""), bootstrapServers);
    }

    /**
     * Starts {@code millrace broker}, or whatever else {@code command} names that takes {@code --data DIR --listen PORT}
     * and prints {@code bootstrap.servers=HOST:PORT} when it is ready.
     *
     * @param command words separated by spaces; empty for the launcher
     */
    public static Broker start(String command, Path folder) throws InterruptedException {
        List<String> words = command.isBlank()
                ? List.of(Home.launcher().toString(), "broker")
                : List.of(command.strip().split("\\s+"));
        Broker broker = start(words, Map.of(Home.JAVA_OPTIONS, "-Xms1g -Xmx1g -XX:TieredStopAtLevel=4"), folder);
        broker.keepsData = false;
        return broker;
    }

    /** The same for a command in words, with variables added to its environment. */
    public static Broker start(List<String> command, Map<String, String> environment, Path folder)
            throws InterruptedException {
        Broker broker = new Broker(command, environment, folder, "localhost:0");
        broker.restart();
        return broker;
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Its process, if it was started here. */
    public Optional<ChildProcess> process() {
        return Optional.ofNullable(process);
    }

    /** Its process. */
    public ChildProcess ownProcess() {
        return process()
                .orElseThrow(() ->
                        new IllegalArgumentException("a Kafka that was not started for the run must be left alone"));
    }

    /** Starts it again after it was killed or stopped, and waits until it is ready. */
    public void restart() throws InterruptedException {
        List<String> words = new ArrayList<>(command);
        String port = bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1);
        words.addAll(List.of("--data", folder.resolve("broker").toString(), "--listen", port));
        Path log = folder.resolve("broker-" + ++starts + ".log");
        ChildProcess started = ChildProcess.start("the broker", words, environment, log);
        process = started;
        bootstrapServers = started.awaitLine(READY, START_LIMIT);
    }

    /** Ends it; what a load run has written, gigabytes at times, goes with it. Logs stay. */
    @Override
    public void close() {
        if (process != null) {
            process.close();
            if (!keepsData) {
                remove(folder.resolve("broker"));
            }
        }
    }

    private static void remove(Path data) {
        try {
            Utils.delete(data.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("the broker's data cannot be removed: " + data, e);
        }
    }
}
