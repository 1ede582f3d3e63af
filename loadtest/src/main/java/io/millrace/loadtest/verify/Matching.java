package io.millrace.loadtest.verify;

import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How outputs are matched with the records they came from.
 *
 * @param sources reads the position of a record of the source topic
 * @param predictions of a prediction
 * @param deadLetters of a dead letter
 * @param devices numbers device keys
 */
record Matching(
        Position.Reader sources,
        Position.Reader predictions,
        Position.Reader deadLetters,
        ToIntFunction<byte[]> devices) {

    /** By the source coordinates that Millrace writes into everything it emits. */
    static Matching byCoordinates(ToIntFunction<byte[]> devices) {
        return new Matching(Matching::ownCoordinates, new SourceInValue(), new SourceInHeaders(), devices);
    }

    /** By record key and a sequence number within the JSON value of inputs, predictions and dead letters alike. */
    static Matching bySequence(String pointer, long first, ToIntFunction<byte[]> devices) {
        Position.Reader reader = new SequenceInValue(pointer, first, devices);
        return new Matching(reader, reader, reader, devices);
    }

    private static boolean ownCoordinates(ConsumerRecord<byte[], byte[]> record, Position into) {
        into.set(record.partition(), record.offset());
        return true;
    }
}
