package io.millrace.topology.config;

/** Reads a value from the text of a scalar. */
@FunctionalInterface
interface Rule<T> {
    /**
     * Reads the value.
     *
     * @param text the scalar, after environment variables and files have been put in
     * @throws Violation saying what the value must be, without the value
     */
    T read(String text);
}
