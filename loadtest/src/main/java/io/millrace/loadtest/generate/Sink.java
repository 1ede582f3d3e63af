package io.millrace.loadtest.generate;

/** Where one generator thread's records go. */
public interface Sink extends AutoCloseable {

    /** No device: a record for the partition whose number is its sequence number. */
    int PROBE = -1;

    /** Takes a record; its arrays may be overwritten as soon as this returns. Arguments as in {@link Journal#sent}. */
    void send(byte[] key, byte[] value, long epochMillis, int device, int sequence, long intendedNanos, boolean bad);

    /** Waits until the journal has been told of every record. */
    @Override
    void close();
}
