package io.millrace.deploy.cli;

/** What {@code millrace} exits with; documented in docs/operating.md. */
public final class ExitCode {
    /** All went well. */
    public static final int OK = 0;
    /** The pipeline broke down while running, or a bug was met. */
    public static final int FAILED = 1;
    /** The command line itself is wrong. */
    public static final int USAGE = 2;
    /** A pipeline.yaml, a model or an input file cannot be used. */
    public static final int BAD_INPUT = 3;
    /** A broker, a port or a directory is not to be had. */
    public static final int UNAVAILABLE = 4;

    private ExitCode() {}
}
