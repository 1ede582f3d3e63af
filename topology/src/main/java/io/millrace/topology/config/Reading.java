package io.millrace.topology.config;

import io.millrace.topology.config.Locations.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one reading of a file gathers on its way: problems, and where each key stands. */
final class Reading {
    /** More problems than anybody mends at once; a hostile file must not fill the memory with them. */
    static final int MAX_PROBLEMS = 100;

    private final String source;
    private final Placeholders placeholders;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Location> locations = new HashMap<>();

    Reading(String source, Placeholders placeholders) {
        this.source = source;
        this.placeholders = placeholders;
    }

    Placeholders placeholders() {
        return placeholders;
    }

    void locate(String path, Location at) {
        locations.put(path, at);
    }

    /** Reports a problem at the key's place or, where it is missing, at that of the nearest key around it. */
    void report(String path, String message) {
        report(path, Locations.nearest(path, locations), message);
    }

    void report(String path, Location at, String message) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new Problem(source, at.line(), at.column(), path, message));
        }
    }

    /** Whether that key, one around it or one inside it has been reported, so that more about it would be an echo. */
    boolean reported(String path) {
        return problems.stream()
                .anyMatch(problem -> problem.path().startsWith(path) || path.startsWith(problem.path()));
    }

    void throwIfAnyProblem() throws ConfigException {
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new ConfigException(problems);
        }
    }

    Locations locations() {
        return new Locations(source, locations);
    }
}
