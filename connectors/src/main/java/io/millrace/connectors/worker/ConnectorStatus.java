package io.millrace.connectors.worker;

import java.util.List;
import java.util.Optional;

/**
 * How a connector does.
 *
 * @param name the connector's name
 * @param state what Kafka Connect says of the connector itself: {@code RUNNING}, {@code FAILED}, {@code UNASSIGNED}, …
 * @param tasks the same of each of its tasks
 * @param reason the first line of why it or a task has failed
 */
public record ConnectorStatus(String name, String state, List<String> tasks, Optional<String> reason) {
    private static final String RUNNING = "RUNNING";
    private static final String FAILED = "FAILED";

    public ConnectorStatus {
        tasks = List.copyOf(tasks);
    }

    /** Whether it and all of its tasks are at work. */
    public boolean isRunning() {
        return state.equals(RUNNING) && !tasks.isEmpty() && tasks.stream().allMatch(RUNNING::equals);
    }

    /** Whether it or one of its tasks has given up. */
    public boolean isFailed() {
        return state.equals(FAILED) || tasks.contains(FAILED);
    }
}
