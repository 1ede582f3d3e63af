package io.millrace.deploy.run;

/**
 * How far a running pipeline has come.
 *
 * @param events records processed since its start
 * @param lag records that wait in its partitions, as of the last poll
 * @param state for a person
 */
public record Progress(long events, long lag, String state) {}
