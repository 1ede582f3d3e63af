package io.millrace.topology.config;

/** What a crash may do to the output; {@code guarantee} in the file. */
public enum Guarantee {
    /** Nothing is lost and nothing is doubled, for readers of committed records. */
    EXACTLY_ONCE,
    /** Nothing is lost; what was written since the last commit is written again. */
    AT_LEAST_ONCE
}
