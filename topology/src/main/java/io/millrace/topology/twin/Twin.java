package io.millrace.topology.twin;

/**
 * What is read of a device's twin. Shared; the arrays must not be changed.
 *
 * @param values what rules ask of it, in the plan's order; NaN where the twin does not say
 * @param properties as a JSON object, by their names, without those that it does not have
 */
@SuppressWarnings("ArrayRecordComponent") // kept in memory by the thousand, and never compared
public record Twin(double[] values, byte[] properties) {}
