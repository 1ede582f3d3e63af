package io.millrace.loadtest.verify;

import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How outputs are matched with the records they came from. Not thread-safe. */
public final class Matching {

    final Position.Reader sources;
    final Position.Reader predictions;
    final Position.Reader deadLetters;
    final ToIntFunction<byte[]> devices;

    private Matching(
            Position.Reader sources,
            Position.Reader predictions,
            Position.Reader deadLetters,
            ToIntFunction<byte[]> devices) {
        this.sources = sources;
        this.predictions = predictions;
        this.deadLetters = deadLetters;
        this.devices = devices;
    }

    /**
     * By the source coordinates that Millrace writes into everything it emits.
     *
     * @param devices numbers device keys
     */
    public static Matching byCoordinates(ToIntFunction<byte[]> devices) {
        return new Matching(Matching::ownCoordinates, new SourceInValue(), new SourceInHeaders(), devices);
    }

    /**
     * By record key and a sequence number within the JSON value of inputs, predictions and dead letters alike.
     *
     * @param pointer where the number is, such as {@code /seq}
     * @param first each device's first number
     * @param devices numbers device keys
     */
    public static Matching bySequence(String pointer, long first, ToIntFunction<byte[]> devices) {
        Position.Reader reader = new SequenceInValue(pointer, first, devices);
        return new Matching(reader, reader, reader, devices);
    }

    private static boolean ownCoordinates(ConsumerRecord<byte[], byte[]> record, Position into) {
        into.set(record.partition(), record.offset());
        return true;
    }
}
