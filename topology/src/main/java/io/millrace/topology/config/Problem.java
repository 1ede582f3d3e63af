package io.millrace.topology.config;

/**
 * One thing that is wrong in a {@code pipeline.yaml}, for a person to mend.
 *
 * @param source the file, as the user named it
 * @param line the line it stands on, from 1; 0 where the file as a whole is meant
 * @param column the column it starts at, from 1; 0 where the file as a whole is meant
 * @param path the key's full path, such as {@code batch.rows}; empty for the file as a whole
 * @param message the rule and the value that broke it; reads on from the path
 */
public record Problem(String source, int line, int column, String path, String message) {
    public Problem {
        path = printable(path);
        message = printable(message);
    }

    /** As a person reads it: {@code pipeline.yaml:14: batch.rows must be between 1 and 65536, got: 0}. */
    @Override
    public String toString() {
        return source + (line > 0 ? ":" + line : "") + ": " + (path.isEmpty() ? "" : path + " ") + message;
    }

    /** What was found in a file may hold anything: a problem stays on its line and leaves the terminal alone. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]", "\uFFFD");
    }
}
