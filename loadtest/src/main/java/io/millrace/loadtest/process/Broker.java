package io.millrace.loadtest.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Kafka that a run uses: one that is there already, or one started for it as a child process. */
public final class Broker implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final String READY = "bootstrap.servers=";

    private final String bootstrapServers;
    private final @Nullable ChildProcess process;

    private Broker(String bootstrapServers, @Nullable ChildProcess process) {
        this.bootstrapServers = bootstrapServers;
        this.process = process;
    }

    public static Broker at(String bootstrapServers) {
        return new Broker(bootstrapServers, null);
    }

    /**
     * Starts {@code millrace broker}, or whatever else {@code command} names that takes {@code --data DIR --listen PORT}
     * and prints {@code bootstrap.servers=HOST:PORT} when it is ready.
     *
     * @param command words separated by spaces; empty for the launcher
     */
    public static Broker start(String command, Path folder) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                command.isBlank()
                        ? List.of(Home.launcher().toString(), "broker")
                        : List.of(command.strip().split("\\s+")));
        words.addAll(List.of("--data", folder.resolve("broker").toString(), "--listen", "0"));
        Map<String, String> environment = Map.of(Home.JAVA_OPTIONS, "-Xms1g -Xmx1g -XX:TieredStopAtLevel=4");
        ChildProcess process = ChildProcess.start("the broker", words, environment, folder.resolve("broker.log"));
        return new Broker(process.awaitLine(READY, START_LIMIT), process);
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Its process, if it was started here. */
    public Optional<ChildProcess> process() {
        return Optional.ofNullable(process);
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
