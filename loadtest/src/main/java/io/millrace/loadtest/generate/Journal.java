package io.millrace.loadtest.generate;

/** Is told what became of each record that the generator sent. Called from several threads at once. */
public interface Journal {

    /**
     * Kafka has the record.
     *
     * @param device index in the fleet
     * @param sequence counts the device's records from 0
     * @param intendedNanos when it was meant to be sent, after the start of the run
     * @param malformed whether it was spoilt on purpose
     */
    void sent(int partition, long offset, int device, int sequence, long intendedNanos, boolean malformed);

    /** Kafka has not taken the record. */
    void failed(Exception cause);
}
