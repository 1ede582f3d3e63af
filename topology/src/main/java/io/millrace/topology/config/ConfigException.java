package io.millrace.topology.config;

import java.util.List;
import java.util.stream.Collectors;

/** A {@code pipeline.yaml} cannot be used. Carries all of its problems, in the order of their lines. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All problems that were found, in the order of their lines. */
    public List<Problem> problems() {
        return problems;
    }
}
