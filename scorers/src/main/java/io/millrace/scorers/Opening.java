package io.millrace.scorers;

import java.util.ArrayDeque;
import java.util.Deque;

/** Engines that are closed, the last one first, unless what they were opened for succeeds. */
final class Opening implements AutoCloseable {
    private final Deque<Engine> engines = new ArrayDeque<>();

    <T extends Engine> T add(T engine) {
        if (!engines.contains(engine)) {
            engines.push(engine);
        }
        return engine;
    }

    <T> T succeeded(T result) {
        engines.clear();
        return result;
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
    }
}
