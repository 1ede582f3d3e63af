package io.millrace.loadtest.verify;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Which record of the source topic an output is about. Reused from record to record; not thread-safe. */
final class Position {

    int stream;
    long position;

    void set(int newStream, long newPosition) {
        stream = newStream;
        position = newPosition;
    }

    /** Finds the position of a record. */
    @FunctionalInterface
    interface Reader {
        /** Whether the record names one; if so it is now in {@code into}. */
        boolean read(ConsumerRecord<byte[], byte[]> record, Position into);
    }
}
