package io.millrace.loadtest.generate;

/** Is told what became of each record that the generator sent. Called from several threads at once. */
public interface Journal {

    /** An intended time long before the run: the record is accounted for, but its latency counts for nothing. */
    long IN_NO_LATENCY = -1_000_000_000_000_000L;

    /**
     * The record has arrived.
     *
     * @param partition where it is, with {@code offset}; the device and its sequence number where that is not told
     * @param device index in the fleet; {@link Sink#PROBE} for none
     * @param sequence counts the device's records from 0
     * @param intendedNanos when it was meant to be sent, after the start of the run
     * @param malformed whether it was spoilt on purpose
     */
    void sent(int partition, long offset, int device, int sequence, long intendedNanos, boolean malformed);

    /** The record was not taken in. */
    void failed(Exception cause);
}
